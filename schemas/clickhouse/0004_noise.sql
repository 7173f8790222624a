-- How often legacy differs from its twin (run `twin`), and from the candidate, place by place and by the types of the
-- values. Counted from the rows as they stand, so that a pair that was judged again, or written twice, counts once.
-- `bare` is the candidate without the rules that excuse; without such a run `live` stands for it, where only what the
-- rules leave is counted: `ab_run` says which it is.
CREATE VIEW IF NOT EXISTS noise AS
SELECT
    d.experiment AS experiment, d.output AS output, d.pattern AS pattern, d.kind AS kind,
    d.legacy_type AS legacy_type, d.candidate_type AS candidate_type,
    p.aa_pairs AS aa_pairs, d.aa AS aa_differing,
    if(p.bare_pairs > 0, 'bare', 'live') AS ab_run,
    if(p.bare_pairs > 0, p.bare_pairs, p.live_pairs) AS ab_pairs,
    if(p.bare_pairs > 0, d.bare, d.live) AS ab_differing,
    if(aa_pairs > 0, aa_differing / aa_pairs, NULL) AS aa_rate,
    if(ab_pairs > 0, ab_differing / ab_pairs, NULL) AS ab_rate
FROM
(
    SELECT
        experiment, output, pattern, kind,
        multiIf(isNull(legacy), 'missing', startsWith(assumeNotNull(legacy), '"'), 'string',
            startsWith(assumeNotNull(legacy), '{'), 'object', startsWith(assumeNotNull(legacy), '['), 'array',
            legacy IN ('true', 'false'), 'boolean', legacy = 'null', 'null', 'number') AS legacy_type,
        multiIf(isNull(candidate), 'missing', startsWith(assumeNotNull(candidate), '"'), 'string',
            startsWith(assumeNotNull(candidate), '{'), 'object', startsWith(assumeNotNull(candidate), '['), 'array',
            candidate IN ('true', 'false'), 'boolean', candidate = 'null', 'null', 'number') AS candidate_type,
        uniqExactIf(id, run = 'twin') AS aa,
        uniqExactIf(id, run = 'bare') AS bare,
        uniqExactIf(id, run = 'live') AS live
    FROM differences_raw FINAL
    INNER JOIN
    (
        SELECT experiment, run, output, id, version
        FROM pairs_raw FINAL
        WHERE run IN ('twin', 'bare', 'live') AND state != 'provisional' AND outcome != 'match'
    ) AS latest USING (experiment, run, output, id, version)
    WHERE run IN ('twin', 'bare', 'live') AND rule = ''
    GROUP BY experiment, output, pattern, kind, legacy_type, candidate_type
) AS d
INNER JOIN
(
    SELECT
        experiment, output,
        countIf(run = 'twin') AS aa_pairs, countIf(run = 'bare') AS bare_pairs, countIf(run = 'live') AS live_pairs
    FROM pairs_raw FINAL
    WHERE run IN ('twin', 'bare', 'live') AND state != 'provisional'
        AND outcome IN ('match', 'equivalent', 'known', 'improved', 'mismatch')
    GROUP BY experiment, output
    HAVING aa_pairs > 0
) AS p USING (experiment, output)
WHERE aa_differing > 0 OR ab_differing > 0;
