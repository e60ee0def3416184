process.on("message", (value) => process.send?.(value));
