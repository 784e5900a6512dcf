/** The thread that computes reports of taught tasks: the other side of {@link ReportThreads}. */

import { parentPort } from "node:worker_threads";
import { reportOf } from "../teach/report.js";
import type { ReportReply, ReportRequest } from "./report-threads.js";

parentPort?.on("message", async ({ examples, kinds, labelTexts }: ReportRequest) => {
  let reply: ReportReply;
  try {
    reply = { report: await reportOf(examples, kinds, { labelTexts }) };
  } catch (error) {
    reply = { error };
  }
  parentPort?.postMessage(reply);
});
