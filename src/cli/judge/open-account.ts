import { LiveAccount } from './live-account';

export interface AccountOptions {
  readonly region?: string;
  readonly profile?: string;
}

/** The account that the SDK's usual credentials are for. Throws at once when there are none. */
export async function openAccount({ region, profile }: AccountOptions): Promise<LiveAccount> {
  // The way that holds for every client, and for the region and the endpoints that the profile may set.
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  const account = new LiveAccount(region);
  await account.checkCredentials();
  return account;
}
