// Azurite's table service. It stops in good order, its data saved, when standard input ends: none outlives a test run.
process.stdin.resume().once('end', () => {
  process.emit('message', 'shutdown');
  setTimeout(() => process.exit(1), 10_000).unref();
});

await import('azurite/dist/src/table/main.js');
