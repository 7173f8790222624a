// The engine process of one question: an embedded ClickHouse in a folder of its own, gone with its answer.
//
// A process, because the engine's library may crash on what it is asked. The request comes over the IPC channel and not on
// the command line, which everybody on the machine can read: it may hold credentials.
import { once } from 'node:events';
import { ENGINE_ARGUMENTS } from '../../store/engine/arguments.ts';
import { withoutLiterals } from '../../store/engine/sql-text.ts';
import { reachesElsewhere } from './guard.ts';
import type { QueryReport, QueryRequest } from './protocol.ts';

process.once('message', (request) => void answer(request as QueryRequest));
process.once('disconnect', () => process.exit(1));

async function answer({ folder, setup, sql }: QueryRequest): Promise<void> {
  const chdb = await import('chdb').catch((error: unknown) =>
    report({ kind: 'failed', code: 'missing', ...said(error) }),
  );
  if (chdb === undefined) return;
  try {
    const session = new chdb.Session(folder, { connectionArgs: ENGINE_ARGUMENTS });
    for (const statement of setup) await session.queryAsync(statement, { format: 'Null' });
    const ast = Buffer.from((await session.queryAsync(`EXPLAIN AST ${sql}`, { format: 'TSVRaw' })).bytes()).toString();
    const why = reachesElsewhere(ast);
    if (why !== undefined) return report({ kind: 'failed', code: 'elsewhere', message: why });
    await session.queryAsync('SET readonly = 1', { format: 'Null' });
    // SHOW and DESCRIBE cannot be streamed.
    if (!/^[\s(]*(SELECT|WITH)\b/i.test(withoutLiterals(sql))) {
      await written((await session.queryAsync(sql, { format: 'JSONEachRow' })).bytes());
    } else {
      for await (const part of session.queryStream(sql, { format: 'JSONEachRow' })) await written(part.raw());
    }
    session.close();
    report({ kind: 'answered' });
  } catch (error) {
    const { message } = said(error);
    if (!message.includes('(READONLY)')) return report({ kind: 'failed', code: 'refused', message });
    report({
      kind: 'failed',
      code: 'elsewhere',
      message: 'it names a function or a setting that could reach elsewhere',
    });
  }
}

async function written(bytes: Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
}

function said(error: unknown): { message: string } {
  return { message: error instanceof Error ? error.message : String(error) };
}

function report(message: QueryReport): undefined {
  process.stdout.write('', () => process.send?.(message, undefined, {}, () => process.exit(0)));
}
