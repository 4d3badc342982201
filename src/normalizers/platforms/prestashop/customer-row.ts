import { z } from "zod";
import { flag, id, text } from "../../payload.ts";
import { one } from "./webservice.ts";

/** `passwd` and `secure_key` are not read. Guests are customers too, a new one for each order. */
const customerRow = z.object({
  id,
  email: text,
  firstname: text,
  lastname: text,
  company: text,
  active: flag,
  deleted: flag,
  is_guest: flag,
  newsletter: flag,
  newsletter_date_add: text,
  optin: flag,
  birthday: text,
  website: text,
  siret: text,
  note: text,
  id_default_group: text,
  id_lang: text,
  date_add: text,
  date_upd: text,
});
export type CustomerRow = z.output<typeof customerRow>;

export const customerAnswer = one("customer", "customers", customerRow);
