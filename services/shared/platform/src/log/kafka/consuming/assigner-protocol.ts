// What members of a group tell each other through the coordinator, in Kafka's "consumer" protocol.
//
// A member's user data, big endian: format u8 (1), generation i32, then each partition number it owned as i32.
import kafkajs from 'kafkajs';
import type { Assignment, GroupMember } from './assigner.ts';

/** All members of a group must have an assigner in common; changes that old members cannot follow need a new name. */
export const ASSIGNER = 'parallax-copartition';
/** 0: from 1 on, the brokers expect fields that KafkaJS does not write. */
const VERSION = 0;
const FORMAT = 1;
const NOTHING_OWNED = { owned: [], generation: -1 } as const;

export type Owned = Pick<GroupMember, 'owned' | 'generation'>;

export function encodeMember(topics: readonly string[], { owned, generation }: Owned): Buffer {
  const userData = Buffer.alloc(5 + 4 * owned.length);
  userData.writeUInt8(FORMAT, 0);
  userData.writeInt32BE(generation, 1);
  for (const [index, number] of owned.entries()) userData.writeInt32BE(number, 5 + 4 * index);
  return kafkajs.AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics: [...topics], userData });
}

/** Null where the bytes are nobody's metadata: such a member gets nothing. */
export function decodeMember(id: string, metadata: Buffer): GroupMember | null {
  const decoded = kafkajs.AssignerProtocol.MemberMetadata.decode(metadata);
  return decoded === null ? null : { id, topics: decoded.topics, ...decodeOwned(decoded.userData) };
}

function decodeOwned(userData: Buffer | null | undefined): Owned {
  if (!userData || userData.length < 5 || userData.readUInt8(0) !== FORMAT) return NOTHING_OWNED;
  const owned: number[] = [];
  for (let at = 5; at + 4 <= userData.length; at += 4) owned.push(userData.readInt32BE(at));
  return { owned, generation: userData.readInt32BE(1) };
}

export function encodeAssignment(assignment: Assignment): Buffer {
  const byTopic = Object.fromEntries([...assignment].map(([topic, partitions]) => [topic, [...partitions]]));
  return kafkajs.AssignerProtocol.MemberAssignment.encode({
    version: VERSION,
    assignment: byTopic,
    userData: Buffer.alloc(0),
  });
}

/** A coordinator gives no bytes to a member that was assigned nothing. (KafkaJS's own loses a topic named __proto__.) */
export function decodeAssignment(bytes: Buffer): Assignment {
  const assignment = new Map<string, readonly number[]>();
  if (bytes.length === 0) return assignment;
  let at = 2; // the version
  const int32 = () => {
    at += 4;
    return bytes.readInt32BE(at - 4);
  };
  for (let topics = int32(); topics > 0; topics--) {
    const end = at + 2 + bytes.readInt16BE(at);
    const topic = bytes.toString('utf8', at + 2, end);
    at = end;
    assignment.set(topic, Array.from({ length: int32() }, int32));
  }
  return assignment;
}
