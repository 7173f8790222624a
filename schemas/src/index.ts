// The door of @parallax/schemas: contracts as data.

export { CLICKHOUSE_DDL } from './clickhouse.ts';
export { EXAMPLES, EXPERIMENT_SCHEMA } from './experiment.ts';
