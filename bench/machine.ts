/** What the figures were measured on: figures without it mean nothing. */
import { cpus, totalmem } from "node:os";

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly node: string;
  readonly natsServer: string;
  readonly platform: string;
}

export function describeMachine(natsServer: string): Machine {
  const all = cpus();
  return {
    cores: all.length,
    cpu: all[0]?.model.trim() ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    natsServer,
    platform: `${process.platform} ${process.arch}`,
  };
}
