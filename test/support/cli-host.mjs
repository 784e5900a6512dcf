/** A process that runs command lines one after another, each in a folder, and sends back what it wrote. */

const { run } = await import(process.argv[2]);

process.on("message", async ({ args, cwd }) => {
  const wrote = { stdout: "", stderr: "" };
  for (const name of /** @type {const} */ (["stdout", "stderr"]))
    process[name].write = (text) => {
      wrote[name] += text;
      return true;
    };
  process.chdir(cwd);
  const code = await run(args, () => new AbortController().signal);
  process.send?.({ code, ...wrote });
});
process.send?.("ready");
