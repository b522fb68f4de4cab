import kafkajs, { type PartitionAssigner } from 'kafkajs';

const VERSION = 1;
const NAME = 'EverythingToOne';

/** All partitions go to one member of the group, the others wait to take over. */
export const everythingToOne: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,
  assign({ members, topics }) {
    const [one, ...others] = members.map(({ memberId }) => memberId).sort();
    const everything = Object.fromEntries(
      topics.map((topic) => [
        topic,
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
      ]),
    );
    const assigned = (memberId: string, assignment: Record<string, number[]>) => ({
      memberId,
      memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
        version: VERSION,
        assignment,
        userData: Buffer.alloc(0),
      }),
    });
    return Promise.resolve([
      ...(one === undefined ? [] : [assigned(one, everything)]),
      ...others.map((memberId) => assigned(memberId, {})),
    ]);
  },
  protocol: ({ topics }) => ({
    name: NAME,
    metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
      version: VERSION,
      topics,
      userData: Buffer.alloc(0),
    }),
  }),
});
