/** A destination's queue. Lanes are independent of each other; one drainer works on a lane at a time. */
export interface LaneRef {
  readonly organizationId: string;
  readonly laneId: string;
}
