import { join } from "node:path";
import { openSqliteStore } from "@tocsin/store";
import { storeContract } from "@tocsin/store/testing";
import { temporaryDirectory } from "@tocsin/testkit";

storeContract({
  capabilities: { isShared: false, isSerial: true },
  async create() {
    const directory = await temporaryDirectory();
    return {
      open: (migrations) => openSqliteStore({ file: join(directory.path, "store.sqlite"), migrations }),
      close: () => directory.remove(),
    };
  },
});
