// Makes the bucket, and says whether the server serves.
import { CreateBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { S3_KEY, S3_SECRET } from './options.ts';

/** False while the server does not serve. A bucket that is there is as good as one that was made. */
export async function makeBucket(endpoint: string, bucket: string): Promise<boolean> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: S3_KEY, secretAccessKey: S3_SECRET },
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    return error instanceof S3ServiceException && /^BucketAlready/.test(error.name);
  } finally {
    client.destroy();
  }
}
