// What only servers in containers can show: tables on a cluster of two replicas, and users without rights.
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { containerEngine } from '../testing/servers/containers.ts';
import { describeOn } from '../testing/servers/describe-on.ts';
import { describeStore } from '../testing/store-conformance.ts';
import { pairRow } from '../testing/store-rows.ts';
import { sqlSubject } from '../testing/store-subject.ts';
import { openStore, probeStore } from './index.ts';

const IMAGE = 'clickhouse/clickhouse-server:26.3.17.4';
const HTTP = 8123;
const PASSWORD = 'parallax-of-a-test';
const HOSTS = ['clickhouse-1', 'clickhouse-2'] as const;
const SCOPE = { experiment: 'orders', run: 'live', output: 'price' };

/** Both are replicas of the one shard of the cluster `main`; the first is the Keeper, too. */
function configuration(host: string): string {
  const replicas = HOSTS.map(
    (name) =>
      `<replica><host>${name}</host><port>9000</port><user>parallax</user><password>${PASSWORD}</password></replica>`,
  );
  const keeper = `<keeper_server><tcp_port>9181</tcp_port><server_id>1</server_id>
    <log_storage_path>/var/lib/clickhouse/coordination/log</log_storage_path>
    <snapshot_storage_path>/var/lib/clickhouse/coordination/snapshots</snapshot_storage_path>
    <raft_configuration><server><id>1</id><hostname>${HOSTS[0]}</hostname><port>9234</port></server></raft_configuration>
  </keeper_server>`;
  return `<clickhouse>
    <listen_host>0.0.0.0</listen_host>
    <interserver_http_host>${host}</interserver_http_host>
    <macros><replica>${host}</replica></macros>
    <remote_servers><main><shard><internal_replication>true</internal_replication>${replicas.join('')}</shard></main>
      <wide>${replicas.map((replica) => `<shard>${replica}</shard>`).join('')}</wide></remote_servers>
    <zookeeper><node><host>${HOSTS[0]}</host><port>9181</port></node></zookeeper>
    <distributed_ddl><path>/clickhouse/task_queue/ddl</path></distributed_ddl>
    ${host === HOSTS[0] ? keeper : ''}
  </clickhouse>`;
}

describeOn('containers', 'a cluster of two replicas', () => {
  const urls: string[] = [];
  const clients: ClickHouseClient[] = [];
  const releases: (() => Promise<unknown>)[] = [];
  const address = (n: number, user = 'parallax', database = 'parallax') =>
    `${(urls[n] ?? '').replace('//', `//${user}@`)}/${database}`;
  const access = { storePassword: PASSWORD, storeCluster: 'main' };

  beforeAll(async () => {
    const engine = await containerEngine();
    if (engine === undefined) throw new Error('describeOn has asked');
    const network = await new engine.api.Network().start();
    releases.push(() => network.stop());
    const containers = await Promise.all(
      HOSTS.map((host) =>
        new engine.api.GenericContainer(IMAGE)
          .withNetwork(network)
          .withNetworkAliases(host)
          .withHostname(host)
          .withEnvironment({
            CLICKHOUSE_USER: 'parallax',
            CLICKHOUSE_PASSWORD: PASSWORD,
            CLICKHOUSE_DB: 'parallax',
            CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: '1',
          })
          .withCopyContentToContainer([
            { content: configuration(host), target: '/etc/clickhouse-server/config.d/cluster.xml' },
          ])
          .withExposedPorts(HTTP)
          .withWaitStrategy(engine.api.Wait.forHttp('/ping', HTTP))
          .start(),
      ),
    );
    for (const container of containers) {
      releases.unshift(() => container.stop({ timeout: 0 }));
      const url = `http://${engine.host}:${container.getMappedPort(HTTP)}`;
      urls.push(url);
      clients.push(createClient({ url, username: 'parallax', password: PASSWORD }));
    }
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    for (const release of releases) await release();
  });

  async function open(n: number, options: Parameters<typeof openStore>[1] = access) {
    const store = await openStore(address(n), options);
    onTestFinished(() => store.close());
    return store;
  }

  describeStore('on a cluster', { sql: true }, async () => sqlSubject(await openStore(address(0), access)));

  test('what one replica has acknowledged is on both, by the quorum', async () => {
    const [first, second] = [await open(0), await open(1)];
    await Promise.all([first.migrate(), second.migrate()]);
    await first.write({ pairs: [pairRow({ id: 'on both' })] });
    expect(await second.lookup(SCOPE, ['on both'])).toHaveLength(1);
    await second.write({ pairs: [pairRow({ id: 'on both', version: 2n })] });
    expect(await first.lookup(SCOPE, ['on both'])).toMatchObject([{ version: 2n }]);
  });

  test('a replica that lost its tables is given them again, with the rows', async () => {
    const [first, second] = [await open(0), await open(1)];
    await first.migrate();
    await first.write({ pairs: [pairRow({ id: 'kept' })] });
    await clients[1]?.command({ query: 'DROP TABLE parallax.pairs_raw SYNC' });
    await second.migrate();
    await clients[1]?.command({ query: 'SYSTEM SYNC REPLICA parallax.pairs_raw' });
    expect(await second.lookup(SCOPE, ['kept'])).toHaveLength(1);
  });

  test('a cluster of two shards is refused', async () => {
    const store = await open(0, { ...access, storeCluster: 'wide' });
    await expect(store.migrate()).rejects.toMatchObject({ code: 'store-cluster-shards' });
  });

  test('a user who may only read can read, and is told what it lacks to write', async () => {
    await (await open(0)).migrate();
    const admin = clients[0];
    await admin?.command({
      query: `CREATE USER IF NOT EXISTS reader IDENTIFIED BY '${PASSWORD}' SETTINGS readonly = 2`,
    });
    await admin?.command({ query: 'GRANT SELECT ON parallax.* TO reader' });
    await admin?.command({ query: `CREATE USER IF NOT EXISTS guest IDENTIFIED BY '${PASSWORD}'` });
    const reader = await openStore(address(0, 'reader'), { storePassword: PASSWORD });
    const guest = await openStore(address(0, 'guest'), { storePassword: PASSWORD });
    onTestFinished(async () => {
      await reader.close();
      await guest.close();
    });
    expect(await reader.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await expect(reader.write({ pairs: [pairRow()] })).rejects.toMatchObject({ code: 'store-readonly-user' });
    await expect(guest.query('SELECT count() FROM pairs')).rejects.toMatchObject({ code: 'store-rights' });
    const probe = await probeStore(address(0, 'reader'), { storePassword: PASSWORD });
    expect(probe.rights).toMatchObject({ SELECT: true, INSERT: false });
    expect(probe.faults).toMatchObject([{ code: 'store-rights', cure: expect.stringContaining('GRANT INSERT') }]);
  });
});
