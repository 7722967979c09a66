import net from 'node:net';

// Azurite says the port that it was given, which is 0 for any: tell the one that it got.
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...parameters) {
  this.once('listening', () => console.log(`listening on port ${this.address().port}`));
  return listen.apply(this, parameters);
};

// Azurite's table service. It stops in good order, its data saved, when standard input ends: none outlives a test run.
process.stdin.resume().once('end', () => {
  process.emit('message', 'shutdown');
  setTimeout(() => process.exit(1), 60_000).unref();
});

await import('azurite/dist/src/table/main.js');
