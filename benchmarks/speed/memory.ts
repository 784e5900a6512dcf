/** Peak memory of a process with all its children, from Linux's /proc; 0 where there is none. */

import { readdirSync, readFileSync } from "node:fs";

const PAUSE = 50;

interface Process {
  readonly parent: number;
  /** Most kilobytes it has held at once. */
  readonly peak: number;
}

/**
 * Watch process `root`; the function returned stops and gives the most that the peaks of those alive at once came to,
 * in MB.
 */
export function watchMemory(root: number): () => number {
  let most = 0;
  const look = () => {
    const sum = [...treeOf(root).values()].reduce((total, { peak }) => total + peak, 0);
    most = Math.max(most, sum);
  };
  look();
  const timer = setInterval(look, PAUSE);
  return () => {
    clearInterval(timer);
    return most / 1024;
  };
}

function treeOf(root: number): Map<number, Process> {
  const all = new Map<number, Process>();
  for (const entry of directories()) {
    const process = read(entry);
    if (process) all.set(Number(entry), process);
  }
  const tree = new Map<number, Process>();
  const add = (id: number) => {
    const process = all.get(id);
    if (!process || tree.has(id)) return;
    tree.set(id, process);
    for (const [child, { parent }] of all) if (parent === id) add(child);
  };
  add(root);
  return tree;
}

function directories(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function read(id: string): Process | undefined {
  try {
    const status = readFileSync(`/proc/${id}/status`, "utf8");
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    return { parent: field("PPid"), peak: field("VmHWM") };
  } catch {
    return undefined;
  }
}
