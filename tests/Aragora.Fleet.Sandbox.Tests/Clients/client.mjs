// Uses the sandbox as a JavaScript program uses AWS: settings from the environment, nothing else.
import { EC2Client, DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  SSMClient, SendCommandCommand, GetCommandInvocationCommand, ListCommandInvocationsCommand, waitUntilCommandExecuted,
} from '@aws-sdk/client-ssm';

const [instance, unknown] = process.argv.slice(2);
const script = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['echo hello'] } };

const found = await new EC2Client().send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
console.log(found.Reservations[0].Instances[0].Tags.find(tag => tag.Key === 'Name').Value);

const ssm = new SSMClient();
const { CommandId } = (await ssm.send(new SendCommandCommand({ ...script, InstanceIds: [instance] }))).Command;
while ((await ssm.send(new ListCommandInvocationsCommand({ CommandId }))).CommandInvocations.length === 0) {
  await new Promise(resolve => setTimeout(resolve, 100));
}
const wanted = { CommandId, InstanceId: instance };
await waitUntilCommandExecuted({ client: ssm, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, wanted);
const detail = await ssm.send(new GetCommandInvocationCommand(wanted));
console.log(`${detail.StatusDetails}: ${detail.StandardOutputContent.trim()}`);

try {
  await ssm.send(new SendCommandCommand({ ...script, InstanceIds: [unknown] }));
} catch (error) {
  console.log(error.name);
}
