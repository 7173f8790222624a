-- How grave what a rule excuses is, beside the rule's name: '' where the rule does not say, where the difference counts, and
-- in rows from before.
ALTER TABLE differences_raw ADD COLUMN IF NOT EXISTS severity LowCardinality(String) AFTER rule;

CREATE OR REPLACE VIEW differences AS
SELECT experiment, run, output, id, version, position, path, pattern, kind, legacy, candidate, rule, severity,
    event
FROM differences_raw FINAL
INNER JOIN
(
    SELECT experiment, run, output, id, version
    FROM pairs_raw FINAL
    WHERE state != 'provisional' AND outcome != 'match'
) AS latest USING (experiment, run, output, id, version);

CREATE OR REPLACE VIEW divergences AS
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
            CAST((path, pattern, kind, legacy, candidate, rule, severity, event) AS Tuple(path String, pattern String,
                kind String, legacy Nullable(String), candidate Nullable(String), rule String, severity String,
                event Nullable(UInt32)))
        )))) AS differences
    FROM differences_raw FINAL
    GROUP BY experiment, run, output, id, version
) AS d USING (experiment, run, output, id, version);
