import { isJsonObject, type JsonObject } from "../json.ts";

const GREEN = 0x2da44e;
const RED = 0xcf222e;
const PURPLE = 0x8250df;
const GREY = 0x57606a;

const TITLE_COUNT = 256;
const TEXT_COUNT = 1000;
const SHOWN_COMMITS = 10;

/** What of an event is told: the rest of the embed is the same for all. Undefined: nothing is posted. */
type Telling = (
  payload: JsonObject,
  member: (...path: string[]) => string,
) => { title: string; url?: string; text?: string; color?: number } | undefined;

const tellIssue =
  (noun: string, key: string): Telling =>
  (payload, member) => {
    const action = member("action");
    if (!["opened", "closed", "reopened"].includes(action)) return undefined;
    const isMerged = (payload[key] as JsonObject | undefined)?.merged === true;
    return {
      title: `${noun} ${isMerged ? "merged" : action}: #${member(key, "number")} ${member(key, "title")}`,
      url: member(key, "html_url"),
      text: action === "opened" ? member(key, "body") : "",
      color: isMerged ? PURPLE : action === "closed" ? RED : GREEN,
    };
  };

const tellComment =
  (on: string, key: string): Telling =>
  (_payload, member) =>
    ["created", ""].includes(member("action"))
      ? {
          title: `New comment on ${on}: ${member(key, "title")}`,
          url: member("comment", "html_url"),
          text: member("comment", "body"),
        }
      : undefined;

const tellCheck =
  (key: string): Telling =>
  (_payload, member) => {
    const conclusion = member(key, "conclusion");
    if (conclusion === "") return undefined;
    return {
      title: `${member(key, "name") || "checks"}: ${conclusion} on ${member(key, "head_branch") || member(key, "check_suite", "head_branch")}`,
      url: member(key, "html_url"),
      color: conclusion === "success" ? GREEN : conclusion === "failure" ? RED : GREY,
    };
  };

/** Events by the name in `X-GitHub-Event`. Those that are not here, and `ping`, are accepted in silence. */
const TELLINGS: Readonly<Record<string, Telling>> = {
  push(payload, member) {
    const commits = (Array.isArray(payload.commits) ? payload.commits : []).filter(isJsonObject);
    if (commits.length === 0 && payload.forced !== true) return undefined;
    const lines = commits.slice(0, SHOWN_COMMITS).map((commit) => {
      const [summary = ""] = toText(commit.message).split("\n");
      return `[\`${toText(commit.id).slice(0, 7)}\`](${toText(commit.url)}) ${summary}`;
    });
    const branch = member("ref").replace("refs/heads/", "");
    const noun = commits.length === 1 ? "commit" : "commits";
    const title =
      payload.forced === true ? `Branch ${branch} was force-pushed` : `${branch}: ${commits.length} new ${noun}`;
    return { title, url: member("compare"), text: lines.join("\n") };
  },
  pull_request: tellIssue("Pull request", "pull_request"),
  issues: tellIssue("Issue", "issue"),
  issue_comment: tellComment("issue", "issue"),
  pull_request_review_comment: tellComment("pull request", "pull_request"),
  commit_comment: tellComment("commit", "comment"),
  discussion_comment: tellComment("discussion", "discussion"),
  discussion: tellIssue("Discussion", "discussion"),
  pull_request_review: (_payload, member) => ({
    title: `Pull request review ${member("review", "state")}: #${member("pull_request", "number")} ${member("pull_request", "title")}`,
    url: member("review", "html_url"),
    text: member("review", "body"),
  }),
  release: (_payload, member) =>
    member("action") === "published"
      ? {
          title: `New release published: ${member("release", "name") || member("release", "tag_name")}`,
          url: member("release", "html_url"),
        }
      : undefined,
  create: (_payload, member) => ({ title: `New ${member("ref_type")} created: ${member("ref")}` }),
  delete: (_payload, member) => ({ title: `${member("ref_type")} deleted: ${member("ref")}`, color: RED }),
  fork: (_payload, member) => ({
    title: `Fork created: ${member("forkee", "full_name")}`,
    url: member("forkee", "html_url"),
  }),
  watch: () => ({ title: "New star added" }),
  member: (_payload, member) => ({ title: `New collaborator added: ${member("member", "login")}` }),
  public: () => ({ title: "Now open sourced!" }),
  check_run: tellCheck("check_run"),
  check_suite: tellCheck("check_suite"),
};

/** Turns a GitHub webhook into a message, or undefined for events that nobody is told about. */
export function toGithubMessage(event: string, payload: JsonObject): JsonObject | undefined {
  const member = (...path: string[]): string => {
    const value = path.reduce<unknown>((object, key) => (isJsonObject(object) ? object[key] : undefined), payload);
    return toText(value);
  };
  const telling = Object.hasOwn(TELLINGS, event) ? TELLINGS[event]?.(payload, member) : undefined;
  if (!telling) return undefined;
  const repository = member("repository", "full_name") || member("repository", "name");
  const sender = {
    name: member("sender", "login"),
    url: member("sender", "html_url"),
    icon_url: member("sender", "avatar_url"),
  };
  return {
    username: "GitHub",
    embeds: [
      {
        title: cut(`${repository ? `[${repository}] ` : ""}${telling.title}`, TITLE_COUNT),
        ...(telling.url || member("repository", "html_url")
          ? { url: telling.url || member("repository", "html_url") }
          : {}),
        ...(telling.text ? { description: cut(telling.text, TEXT_COUNT) } : {}),
        color: telling.color ?? GREY,
        author: Object.fromEntries(Object.entries(sender).filter(([, value]) => value !== "")),
      },
    ],
  };
}

function toText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Shortens to so many code points. */
function cut(text: string, maxCount: number): string {
  const points = [...text];
  return points.length <= maxCount ? text : `${points.slice(0, maxCount - 1).join("")}…`;
}
