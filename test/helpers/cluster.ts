/** A line of a nats-server's configuration: which place of which cluster it has. One server alone gives no ports. */
export function clusterConfig(ports: readonly number[], at: number): string {
  if (ports.length === 0) return "server_name: single";
  const routes = ports.map((port) => `"nats://127.0.0.1:${port}"`).join(", ");
  return [
    `server_name: server-${at}`,
    `cluster { name: test, listen: "127.0.0.1:${ports[at]}", routes: [${routes}] }`,
  ].join("\n");
}
