// The door of @parallax/core: pure, no clock, no randomness, no I/O.

export type { Chunk, ChunkLimits } from './archive/chunk.ts';
export { CHUNK_LIMITS, grow, isFull, rawBytes } from './archive/chunk.ts';
export type { Piece, Range, Step } from './archive/coverage.ts';
export { gaps, overlaps, readingPlan } from './archive/coverage.ts';
export type { ObjectName } from './archive/layout.ts';
export {
  kindPrefix,
  MANIFEST_PREFIX,
  manifestKey,
  manifestSubject,
  objectKey,
  parseObjectKey,
  partitionPrefix,
  QUARANTINE_PREFIX,
  quarantineKey,
  topicPrefix,
} from './archive/layout.ts';
export type { Manifest, SeenSchemas } from './archive/manifest.ts';
export { formatManifest, parseManifest } from './archive/manifest.ts';
export type { ArchivedRecord } from './archive/record.ts';
export { sameRecord } from './archive/record.ts';
export { compareContents, compareWith } from './compare/compare.ts';
export type { ExplainedPair } from './compare/explain.ts';
export { explainGroup } from './compare/explain.ts';
export { generalise } from './compare/generalise.ts';
export { HASH64_SEED, hash64 } from './compare/hash64.ts';
export type { KnownRule } from './compare/kinds/known.ts';
export { expiryMs } from './compare/kinds/known.ts';
export type { Nullish, NullishRule } from './compare/kinds/nullish.ts';
export type { ToleranceRule } from './compare/kinds/tolerance.ts';
export { expiredRules } from './compare/knowing.ts';
export type { Means } from './compare/means.ts';
export type { ComparePlan } from './compare/plan.ts';
export { compilePlan } from './compare/plan.ts';
export type { Mac, PrivacyAction, PrivacySpec } from './compare/privacy.ts';
export { usesMac } from './compare/privacy.ts';
export type { RuleUse } from './compare/rule-tally.ts';
export { RuleTally } from './compare/rule-tally.ts';
export type { Condition, RuleTerms } from './compare/rule-terms.ts';
export type { IgnoreRule, IncludeRule, RenameRule, RuleSpec, UnorderedRule } from './compare/rules.ts';
export type { CompareSpec, Content } from './compare/spec.ts';
export type { DeadLetter } from './deadletters/letter.ts';
export { DEAD_LETTER_HEADERS, deadLetterRecord, deadLetterTopic, readDeadLetter } from './deadletters/letter.ts';
export type { Preview } from './deadletters/preview.ts';
export { deadLetterPreview } from './deadletters/preview.ts';
export type { CutId, SavedSide } from './engine/checkpoint.ts';
export {
  decodeSide,
  encodeSide,
  fitsMetadata,
  fromChunks,
  pointerTo,
  readPointer,
  toChunks,
} from './engine/checkpoint.ts';
export type {
  Emissions,
  Fetch,
  JoinConfig,
  JoinCut,
  JoinsSeen,
  LastRead,
  SideCut,
  SideStart,
  Unreadable,
} from './engine/config.ts';
export { digestBytes, digestContent, spread } from './engine/digest.ts';
export type { Sample } from './engine/evidence.ts';
export type { JoinStart } from './engine/join.ts';
export { Join } from './engine/join.ts';
export { CLOSED_COLUMNS } from './engine/ledger.ts';
export { OffsetSet } from './engine/offset-set.ts';
export type { JoinSettings } from './engine/plan.ts';
export { DEFAULT_TOMBSTONES, planJoins } from './engine/plan.ts';
export type { Reopened, RetryScope } from './engine/retry.ts';
export { reopenUnread } from './engine/retry.ts';
export { SHUFFLE_CURE, shuffleCure } from './engine/split-id.ts';
export type { Unread, UnreadColumn } from './engine/unread.ts';
export { noUnread, UNREAD_COLUMNS, UnreadOffsets } from './engine/unread.ts';
export { rowVersion } from './engine/version.ts';
export type { Correlate, Correlated, ReadingOptions } from './envelope/correlate.ts';
export { compileCorrelation, compileType, MAX_ID_BYTES, maskedId } from './envelope/correlate.ts';
export { formatPointer, parsePointer } from './envelope/pointer.ts';
export type { UndecodableReason } from './envelope/reader.ts';
export type { Correlation, CorrelationPart, Envelope, Source } from './envelope/source.ts';
export { DEFAULT_CORRELATION, formatSource, parseSource, SOURCE_FORMS } from './envelope/source.ts';
export type { Described } from './experiment/describe.ts';
export { describeExperiment, ruleInWords } from './experiment/describe.ts';
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
export { formatExperimentFault } from './experiment/faults.ts';
export { experimentJsonSchema } from './experiment/json-schema.ts';
export type { ParsedExperiment } from './experiment/parse.ts';
export { parseExperiment } from './experiment/parse.ts';
export type { RuleDoubt } from './experiment/rule-doubt.ts';
export { ruleDoubts } from './experiment/rule-warnings.ts';
export { suggest } from './experiment/suggest.ts';
export { DURATION, durationMs, formatDuration, formatShare, formatSize } from './experiment/units.ts';
export type { FaultDetails } from './fault.ts';
export { Fault, isRetryable } from './fault.ts';
export type { FileEvent, FilePair, Grouping } from './files/group.ts';
export { judgeGroup } from './files/group.ts';
export type { EventLine, ReadLine } from './files/line.ts';
export { LineReader } from './files/line.ts';
export type { ToPayload } from './files/payload.ts';
export { payloadReader } from './files/payload.ts';
export type { FileSettings } from './files/settings.ts';
export { fileSettings } from './files/settings.ts';
export type { FileSignature, FileSummary } from './files/tally.ts';
export { FileTally } from './files/tally.ts';
export type { BlockValue } from './formats/avro/block.ts';
export { AvroBlocks } from './formats/avro/block.ts';
export { schemaFingerprint } from './formats/avro/fingerprint.ts';
export type { FormatReader, Refusal } from './formats/format.ts';
export { envelopeFormat, openFormat } from './formats/formats.ts';
export { framingOf, KEY_SCHEMA_HEADER, VALUE_SCHEMA_HEADER } from './formats/framing.ts';
export { KeyDocuments, keyDocuments } from './formats/key-documents.ts';
export { keySchemaOf } from './formats/keys.ts';
export type { SchemaKey, Schemas, WriterSchema } from './formats/schemas.ts';
export { schemaKeyText, writerSchema } from './formats/schemas.ts';
export { isDocument, keyFormatOf, namesSchemas, readsKeySchemas, usesSchemas } from './formats/uses.ts';
export type { Guess, Joined, SeenTopic } from './inference/guess.ts';
export { guessExperiment } from './inference/guess.ts';
export type { Joining } from './inference/joining.ts';
export type { Matched } from './inference/matching.ts';
export { inOrder, matchSamples } from './inference/matching.ts';
export type { Partitioner, Partitioning } from './inference/partitioning.ts';
export { crc32, isPlacedById, meetingOf, partitioningOf, sidesToShuffle } from './inference/partitioning.ts';
export { payloadsOf } from './inference/payloads.ts';
export type { Place } from './inference/places.ts';
export type { SampledRecord, SampledTopic } from './inference/sample.ts';
export { spanOf } from './inference/sample.ts';
export type { Risk, WrittenRule } from './inference/suggesting/proposals.ts';
export type { Suggestion, Suggestions, SuggestOptions } from './inference/suggesting/suggest.ts';
export { effectOf, suggestRules } from './inference/suggesting/suggest.ts';
export { experimentName, writeExperiment } from './inference/writing.ts';
export { isJson } from './json/is-json.ts';
export { isUtf8 } from './json/utf8.ts';
export type { Spread } from './load/histogram.ts';
export { Histogram } from './load/histogram.ts';
export { IdSample } from './load/sample.ts';
export type { LoadLook, LoadStep, Saturation, StepState } from './load/saturation.ts';
export { GROWTH_SHARE, judgeStep, saturationOf } from './load/saturation.ts';
export type { Rates, TrafficSlot, TrafficSummary } from './load/traffic.ts';
export { Traffic } from './load/traffic.ts';
export type { AcceptedRule } from './noise/accepting.ts';
export { withRules } from './noise/accepting.ts';
export { describeNoise, suggestionLines } from './noise/describe.ts';
export { deviationsFor, newcombe, wilson } from './noise/proportions.ts';
export type { NoiseCount, NoisePlace, NoiseRate, NoiseRates, NoiseVerdict, ValueType } from './noise/rates.ts';
export { noiseRates, VALUE_TYPES } from './noise/rates.ts';
export type { NoiseCounted, NoiseReport, NoiseSample, NoiseSuggestion, Unsuggested } from './noise/report.ts';
export { acceptedRule, noiseReport } from './noise/report.ts';
export { assumeTwin, excuses, experimentOfRun, hasTwin, withoutTwin } from './noise/runs.ts';
export type { NoiseSide } from './noise/tally.ts';
export { NoiseTally } from './noise/tally.ts';
export type {
  Comparison,
  Difference,
  DifferenceKind,
  LedgerColumn,
  Outcome,
  Severity,
  Side,
  Standing,
} from './outcome.ts';
export { LEDGER_COLUMNS, SEVERITIES, SIDES, standing } from './outcome.ts';
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
export type {
  DivergenceStore,
  GatheredRows,
  PairScope,
  StoreAdmin,
  StoreReader,
  StoreWriter,
} from './ports/store.ts';
export { describeRejudged } from './rejudge/describe.ts';
export { Rejudging } from './rejudge/rejudging.ts';
export type { RejudgeReport } from './rejudge/report.ts';
export { rejudgeExitCode, rejudgeReport } from './rejudge/report.ts';
export type { RejudgedOutput, RejudgeSettings } from './rejudge/settings.ts';
export { rejudgeSettings } from './rejudge/settings.ts';
export type {
  DifferenceRow,
  HaltRow,
  LedgerRow,
  LoadRow,
  OutageRow,
  PairRow,
  RowBatch,
  RowState,
  RunRow,
} from './rows.ts';
export type { Change, ChangedKind, PairGroup, RunComparison } from './runs/compare-runs.ts';
export { CHANGES, changeOf, compareRuns } from './runs/compare-runs.ts';
export type { FedTopic, RunTopics } from './runs/names.ts';
export {
  BARE_RUN,
  buildGroupOfRun,
  checkRunName,
  LIVE_RUN,
  readsOwnTopics,
  replayerGroup,
  TWIN_RUN,
  topicOfRun,
  topicsOfRun,
} from './runs/names.ts';
export { shuffledTopic, shufflerGroup } from './shuffle/names.ts';
export type { PlannedShuffle } from './shuffle/plan.ts';
export { isShuffled, planShuffle, readTopics, refuseReplay } from './shuffle/plan.ts';
export type { Progress, SourcePlace, Strike } from './shuffle/shuffled-record.ts';
export { progressRecord, readShuffled, SHUFFLE_SOURCE, shuffledRecord } from './shuffle/shuffled-record.ts';
export type { SourceSample, Taken } from './shuffle/shuffled-side.ts';
export { ShuffledSide } from './shuffle/shuffled-side.ts';
export { meantTopic, topicsThere } from './topics-there.ts';
export { describePair, namedRules, reasonWords } from './verdict/describe-pair.ts';
export { describeDifferences, describeSignature } from './verdict/describe-signature.ts';
export { describeVerdict, summariseVerdict } from './verdict/describe-verdict.ts';
export type { Halt } from './verdict/doubts.ts';
export { doubtHalt, doubtLedger } from './verdict/doubts.ts';
export type { OutcomeCounts, Thresholds, Verdict, VerdictName } from './verdict/judge.ts';
export {
  formatCount,
  formatPercentage,
  groupThousands,
  judgeCounts,
  noCounts,
  OUTCOMES,
  STRICT,
  verdictExitCode,
} from './verdict/judge.ts';
export type { Balance, LedgerColumns, SideLedgers } from './verdict/reconcile.ts';
export { noLedger, reconcile } from './verdict/reconcile.ts';
export type { PairReport, ShownDifference, SignatureReport, VerdictReport } from './verdict/report.ts';
