import * as https from 'node:https';
import { Agent } from 'agent-base';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';

/*
 * The proxy of the environment: HTTPS_PROXY and NO_PROXY, in upper or lower case. Neither the SDK nor `node:https` reads them.
 * (With NODE_USE_ENV_PROXY, newer versions of Node.js read them for the global agent, which the SDK does not use.)
 */

/** Returns the agent for all HTTPS requests. Undefined if the environment names no proxy. */
export function environmentProxy(environment: Readonly<Record<string, string | undefined>>): https.Agent | undefined {
  const isSet = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => (environment[name] ?? '') !== '');
  // A subclass of `http.Agent`, which is all that a request needs.
  return isSet ? new EnvironmentProxyAgent({ keepAlive: true }) as unknown as https.Agent : undefined;
}

/** Connects to each host through the proxy, or directly if NO_PROXY contains it. */
class EnvironmentProxyAgent extends Agent {
  private readonly direct = new https.Agent({ keepAlive: true });
  private readonly proxied = new Map<string, HttpsProxyAgent<string>>();

  connect(_request: unknown, { host, port }: { readonly host?: string; readonly port?: number | string }) {
    const url = getProxyForUrl(`https://${host}:${port}/`);
    if (url === '') return this.direct;
    const agent = this.proxied.get(url) ?? new HttpsProxyAgent(url, { keepAlive: true });
    this.proxied.set(url, agent);
    return agent;
  }
}
