/** Names of files. */

export { dirname } from "node:path";
