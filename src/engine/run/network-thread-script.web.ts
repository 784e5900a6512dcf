/** Entry of a page's thread that runs one network from elsewhere. */

import { type Network, openNetwork } from "../network/index.js";
import type { ForeignHandlers } from "./messages.js";
import { serve } from "./serve.web.js";

let network: Network | undefined;

const handlers: ForeignHandlers = {
  async open({ source }) {
    if (typeof source === "string") throw new Error("internal: a page names the file of a network");
    network = await openNetwork(source);
    return { inputs: [], outputs: [] };
  },
  async run({ feeds, output }) {
    if (!network) throw new Error("internal: the network is not open");
    return (await network.run(feeds))[output];
  },
};
serve(handlers);
