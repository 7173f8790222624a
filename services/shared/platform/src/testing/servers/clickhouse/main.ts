// ClickHouse's HTTP over its embedded engine as a server process: a fixed port, a user, a password, no idea of parents.
//
// node main.ts DIRECTORY PORT, with CLICKHOUSE_USER and CLICKHOUSE_PASSWORD in the environment.
import { ENGINE_ARGUMENTS } from '../../../store/engine/arguments.ts';
import { createFront } from '../../../store/engine/front.ts';
import { DATABASE } from './options.ts';

const [directory = '', port = ''] = process.argv.slice(2);
const { CLICKHOUSE_USER: user = '', CLICKHOUSE_PASSWORD: token = '' } = process.env;
const chdb = await import('chdb');
// Kept open: the engine lives as long as one of its sessions.
const anchor = new chdb.Session(directory, { connectionArgs: ENGINE_ARGUMENTS });
await anchor.queryAsync(`CREATE DATABASE IF NOT EXISTS ${DATABASE} ENGINE = Atomic`, { format: 'Null' });
const server = createFront({
  user,
  token,
  openSession: () => new chdb.Session(directory),
  incoming: `${directory}-incoming`,
  onActivity: () => {},
});
server.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => {
    anchor.close();
    process.exit(0);
  });
  server.closeAllConnections();
});
