-- What people query. `pairs` shows provisional rows with their state; every view derived from it leaves them out.

CREATE VIEW IF NOT EXISTS pairs AS
SELECT
    experiment, run, output, id, type, outcome, reason, state, first_seen, judged_at, was,
    legacy_time, candidate_time,
    legacy_partition, legacy_offsets, legacy_count, legacy_digest,
    candidate_partition, candidate_offsets, candidate_count, candidate_digest,
    converged_ms, signature, rules_version, version
FROM pairs_raw FINAL;

-- Only the differences of the version that counts. A `match` has none, so it need not be joined.
CREATE VIEW IF NOT EXISTS differences AS
SELECT experiment, run, output, id, version, position, path, pattern, kind, legacy, candidate, rule,
    event
FROM differences_raw FINAL
INNER JOIN
(
    SELECT experiment, run, output, id, version
    FROM pairs_raw FINAL
    WHERE state != 'provisional' AND outcome != 'match'
) AS latest USING (experiment, run, output, id, version);

-- One row per divergence, so that count() counts divergences; `ARRAY JOIN differences AS d` gives one per difference.
CREATE VIEW IF NOT EXISTS divergences AS
SELECT
    p.experiment AS experiment, p.run AS run, p.output AS output, p.id AS id, p.type AS type, p.outcome AS outcome,
    p.reason AS reason, p.state AS state, p.first_seen AS first_seen, p.judged_at AS judged_at,
    p.legacy_time AS legacy_time, p.candidate_time AS candidate_time,
    p.legacy_partition AS legacy_partition, p.legacy_offsets AS legacy_offsets,
    p.candidate_partition AS candidate_partition, p.candidate_offsets AS candidate_offsets,
    p.signature AS signature, p.version AS version, d.differences AS differences
FROM
(
    SELECT *
    FROM pairs_raw FINAL
    WHERE state != 'provisional' AND outcome IN ('mismatch', 'missing-legacy', 'missing-candidate')
) AS p
LEFT JOIN
(
    SELECT
        experiment, run, output, id, version,
        arrayMap(x -> x.2, arraySort(x -> x.1, groupArray((
            position,
            CAST((path, pattern, kind, legacy, candidate, rule, event) AS Tuple(path String, pattern String, kind String,
                legacy Nullable(String), candidate Nullable(String), rule String, event Nullable(UInt32)))
        )))) AS differences
    FROM differences_raw FINAL
    GROUP BY experiment, run, output, id, version
) AS d USING (experiment, run, output, id, version);

-- The latest cut of each counter. Two cuts of one number come from a writer that died before its commit: the later counts.
CREATE VIEW IF NOT EXISTS ledger AS
SELECT
    l.experiment AS experiment, l.run AS run, l.output AS output, l.partition AS partition, l.side AS side,
    l.column AS column, argMax(l.events, l.rank) AS events, argMax(l.as_of, l.rank) AS as_of,
    argMax(l.cut, l.rank) AS cut
FROM ledger_raw AS l
GROUP BY l.experiment, l.run, l.output, l.partition, l.side, l.column;

-- Events (not pairs) that came to rest in each hour, from the cumulative counters. A revision moves events, so an hour
-- can be negative in one column; parity is NULL where that leaves nothing to divide by.
CREATE VIEW IF NOT EXISTS parity_hourly AS
SELECT
    experiment, run, output, hour,
    sumIf(increment, column = 'agreed') AS agreed,
    sumIf(increment, column = 'accepted') AS accepted,
    sumIf(increment, column = 'diverged') AS diverged,
    sumIf(increment, column = 'undecided') AS undecided,
    if(agreed + accepted + diverged > 0, (agreed + accepted) / (agreed + accepted + diverged), NULL) AS parity
FROM
(
    SELECT
        experiment, run, output, hour, column,
        toInt64(events) - toInt64(lagInFrame(events, 1, 0) OVER (
            PARTITION BY experiment, run, output, partition, side, column ORDER BY rank
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS increment
    FROM ledger_raw FINAL
    WHERE column IN ('agreed', 'accepted', 'diverged', 'undecided')
)
GROUP BY experiment, run, output, hour;

-- One row per kind of divergence. The example is the one with the fewest, then the shortest, differences.
CREATE VIEW IF NOT EXISTS signatures AS
SELECT
    s.experiment AS experiment, s.run AS run, s.output AS output, s.signature AS signature, s.outcome AS outcome,
    s.pairs AS pairs, s.first_seen AS first_seen, s.last_seen AS last_seen, s.pairs / t.judged AS share,
    s.example AS example, s.kinds AS kinds, s.patterns AS patterns
FROM
(
    SELECT
        p.experiment AS experiment, p.run AS run, p.output AS output, p.signature AS signature, p.outcome AS outcome,
        count() AS pairs, min(p.first_seen) AS first_seen, max(p.first_seen) AS last_seen,
        argMin(p.id, (d.count, d.length, p.id)) AS example,
        arraySort(groupUniqArrayArray(d.kinds)) AS kinds,
        arraySort(groupUniqArrayArray(1000)(d.patterns)) AS patterns
    FROM
    (
        SELECT experiment, run, output, id, version, signature, outcome, first_seen
        FROM pairs_raw FINAL
        WHERE state != 'provisional' AND outcome IN ('mismatch', 'missing-legacy', 'missing-candidate')
    ) AS p
    LEFT JOIN
    (
        SELECT
            experiment, run, output, id, version, count() AS count,
            sum(length(ifNull(legacy, '')) + length(ifNull(candidate, ''))) AS length,
            groupUniqArray(kind) AS kinds, groupUniqArray(100)(pattern) AS patterns
        FROM differences_raw FINAL
        WHERE rule = ''
        GROUP BY experiment, run, output, id, version
    ) AS d USING (experiment, run, output, id, version)
    GROUP BY p.experiment, p.run, p.output, p.signature, p.outcome
) AS s
INNER JOIN
(
    SELECT experiment, run, output, countIf(outcome != 'inconclusive') AS judged
    FROM pairs_raw FINAL
    WHERE state != 'provisional'
    GROUP BY experiment, run, output
) AS t USING (experiment, run, output);

CREATE VIEW IF NOT EXISTS outages AS
SELECT experiment, run, output, partition, side, began, ended, events
FROM outages_raw FINAL;

CREATE VIEW IF NOT EXISTS runs AS
SELECT experiment, run, kind, build, details, state, started, ended, revision
FROM runs_raw FINAL;

-- Milliseconds from legacy's first event to candidate's, by record timestamps; negative where the candidate was first.
CREATE VIEW IF NOT EXISTS latency AS
SELECT
    experiment, run, output, count() AS pairs,
    quantileTDigest(0.5)(converged_ms) AS p50_ms, quantileTDigest(0.95)(converged_ms) AS p95_ms,
    quantileTDigest(0.99)(converged_ms) AS p99_ms, min(converged_ms) AS min_ms, max(converged_ms) AS max_ms
FROM pairs_raw FINAL
WHERE state != 'provisional' AND isNotNull(converged_ms)
GROUP BY experiment, run, output;
