import { describe, expect, it } from "vitest";
import type { Message } from "./messages.js";
import { Requests } from "./requests.js";

const errors = {
  failed: (message: string) => new Error(`failed: ${message}`),
  died: (reason: string) => new Error(`died: ${reason}`),
};
const message: Message = { handler: "run", argument: 1 };

describe("requests to a thread", () => {
  it("get the replies in their order", async () => {
    const requests = new Requests(errors);
    const posted: Message[] = [];
    const [first, second] = [1, 2].map(() => requests.send(message, (each) => posted.push(each)));
    requests.settle({ result: "a" });
    requests.settle({ error: "b" });
    expect(await first).toBe("a");
    await expect(second).rejects.toThrow("failed: b");
    expect(posted).toEqual([message, message]);
    expect(requests.isIdle).toBe(true);
  });

  it("leave no place for a reply if they cannot be posted", async () => {
    const requests = new Requests(errors);
    const unposted = requests.send(message, () => {
      throw new Error("it cannot be cloned");
    });
    const next = requests.send(message, () => {});
    requests.settle({ result: "of the next" });
    await expect(unposted).rejects.toThrow("it cannot be cloned");
    expect(await next).toBe("of the next");
  });

  it("reject when the thread has ended, and are not posted afterwards", async () => {
    const requests = new Requests(errors);
    const pending = requests.send(message, () => {});
    requests.end("exit code 1");
    requests.end("of the second event");
    await expect(pending).rejects.toThrow("died: exit code 1");
    const late = requests.send(message, () => expect.unreachable("it is posted"));
    await expect(late).rejects.toThrow("died: exit code 1");
    expect(requests.isDead).toBe(true);
  });
});
