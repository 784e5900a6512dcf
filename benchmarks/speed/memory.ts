/** Peak memory of a process and its children, from Linux's /proc; 0 on other systems. */

import { readdirSync, readFileSync } from "node:fs";

/** Sampling interval in milliseconds. */
const INTERVAL = 50;

interface Process {
  readonly parent: number;
  /** Peak resident set size in kilobytes. */
  readonly peak: number;
}

/**
 * Sample the memory of process `root` and its children. The returned function stops and returns the largest sum of the
 * peaks of concurrent processes, in MB.
 */
export function watchMemory(root: number): () => number {
  let peak = 0;
  const sample = () => {
    const sum = [...processTree(root).values()].reduce((total, process) => total + process.peak, 0);
    peak = Math.max(peak, sum);
  };
  sample();
  const timer = setInterval(sample, INTERVAL);
  return () => {
    clearInterval(timer);
    return peak / 1024;
  };
}

function processTree(root: number): Map<number, Process> {
  const all = new Map<number, Process>();
  for (const entry of processIds()) {
    const process = readProcess(entry);
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

function processIds(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function readProcess(id: string): Process | undefined {
  try {
    const status = readFileSync(`/proc/${id}/status`, "utf8");
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    return { parent: field("PPid"), peak: field("VmHWM") };
  } catch {
    return undefined;
  }
}
