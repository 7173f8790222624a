// The door of @parallax/core: pure, no clock, no randomness, no I/O.

export { compareContents } from './compare/compare.ts';
export { generalise } from './compare/generalise.ts';
export type { ComparePlan } from './compare/plan.ts';
export { compilePlan } from './compare/plan.ts';
export type {
  IgnoreRule,
  IncludeRule,
  Nullish,
  NullishRule,
  RenameRule,
  RuleSpec,
  ToleranceRule,
  UnorderedRule,
} from './compare/rules.ts';
export type { CompareSpec, Content } from './compare/spec.ts';
export type { Correlate, Correlated } from './envelope/correlate.ts';
export { compileCorrelation, compileType, MAX_ID_BYTES } from './envelope/correlate.ts';
export { formatPointer, parsePointer } from './envelope/pointer.ts';
export type { UndecodableReason } from './envelope/reader.ts';
export type { Selected } from './envelope/select.ts';
export { compileSelect } from './envelope/select.ts';
export type { Correlation, CorrelationPart, Envelope, Source } from './envelope/source.ts';
export { DEFAULT_CORRELATION, formatSource, parseSource, SOURCE_FORMS } from './envelope/source.ts';
export type {
  Budgets,
  CandidatePlan,
  ComparedParts,
  Counts,
  Criteria,
  Experiment,
  Format,
  InputPlan,
  OutputPlan,
  OutputSide,
  Phase,
  Pick,
  Window,
} from './experiment/experiment.ts';
export { DEFAULT_OUTPUT } from './experiment/experiment.ts';
export type { ExperimentFault, ExperimentFaultCode } from './experiment/faults.ts';
export type { ParsedExperiment } from './experiment/parse.ts';
export type { FaultDetails } from './fault.ts';
export { Fault, isRetryable } from './fault.ts';
export type { Comparison, Difference, DifferenceKind, LedgerColumn, Outcome, Side, Standing } from './outcome.ts';
export { LEDGER_COLUMNS, SIDES, standing } from './outcome.ts';
export { murmur2, partitionOfKey } from './partitioner.ts';
export type { Archive, ArchiveAdmin, ArchiveObject, ArchiveReader, ArchiveWriter } from './ports/archive.ts';
export type {
  AssignedPartition,
  Batch,
  CommitResult,
  Committed,
  ConsumeOptions,
  ConsumerHandlers,
  Consumption,
  EndSample,
  EventLog,
  Extent,
  Header,
  LogAdmin,
  LogConsumers,
  LogReader,
  LogRecord,
  LogWriter,
  NewRecord,
  Position,
  TimestampType,
  TopicInfo,
  TopicSpec,
} from './ports/log.ts';
export { MAX_COMMIT_METADATA } from './ports/log.ts';
export type { DivergenceStore, PairScope, StoreAdmin, StoreReader, StoreWriter } from './ports/store.ts';
export type { DifferenceRow, LedgerRow, OutageRow, PairRow, RowBatch, RowState, RunRow } from './rows.ts';
