// Topics a command line names, held against those an archive has: a misspelt one is an error, not an empty answer.
import { type Archive, Fault, suggest } from '@parallax/core';
import { archivedPartitions, archivedTopics, openArchive } from '@parallax/platform';

/** @throws Fault `archive-unknown-topic`, of the first it has nothing of */
export async function knownTopics(address: string, topics: readonly string[]): Promise<void> {
  const archive = openArchive(address);
  try {
    for (const topic of topics) {
      if ((await archivedPartitions(archive, topic, () => undefined)).length === 0) {
        throw await unknownTopic(archive, topic);
      }
    }
  } finally {
    await archive.close();
  }
}

export async function unknownTopic(archive: Archive, topic: string): Promise<Fault> {
  const topics = await archivedTopics(archive);
  const meant = suggest(topic, topics);
  return new Fault(`The archive ${archive.address} has nothing of topic ${topic}`, {
    code: 'archive-unknown-topic',
    cure:
      topics.length === 0
        ? 'It is empty: traffic is stored while an experiment runs, or by `parallax archive import`. Another archive: --archive.'
        : `${meant === undefined ? '' : `Did you mean ${meant}? `}It has ${topics.join(', ')}.`,
  });
}
