import { z } from "zod";
import { countryCode } from "./scalars.ts";

export const address = z
  .object({
    name: z.string().nullish().describe("Full name as the platform shows it."),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    company: z.string().nullish(),
    line1: z.string().nullish(),
    line2: z.string().nullish(),
    city: z.string().nullish(),
    postalCode: z.string().nullish(),
    region: z.string().nullish().describe("State, province or county by name."),
    regionCode: z.string().nullish().describe("State, province or county by the platform's code."),
    country: countryCode.nullish(),
    countryName: z.string().nullish(),
    phone: z.string().nullish(),
    email: z.string().nullish(),
    latitude: z.number().nullish(),
    longitude: z.number().nullish(),
  })
  .describe(
    "A postal address. A field is null when it is known to be empty, absent when the platform does not send it.",
  );
export type Address = z.infer<typeof address>;
