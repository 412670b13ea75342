import "./discord-defaults.ts";
import "./component-theme.ts";
import "./relative-time.ts";
import "./emulator-page.ts";
