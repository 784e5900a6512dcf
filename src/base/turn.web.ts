/** Lets others run, in a page. */

let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

/** Resolves after the events that wait. By a message: browsers delay nested timers by 4 ms. */
export function nextTurn(): Promise<void> {
  channel ??= opened();
  const { port1 } = channel;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port1.postMessage(undefined);
  });
}

function opened(): MessageChannel {
  const created = new MessageChannel();
  created.port2.onmessage = () => waiting.shift()?.();
  return created;
}
