/** POST /v1/imports/{id}/retry: what failed once more, as it is or as it was mended. */
import type { Imports } from "@odoorway/imports";
import type { GatewayRequest, Reply } from "../../http/route.js";
import { readId } from "./read.js";
import { accepted, readHints } from "./receive.js";

export async function retry(imports: Imports, { params, query, upload }: GatewayRequest): Promise<Reply> {
  const id = readId(params.id);
  if (!upload) return accepted(await imports.retry(id));
  await imports.get(id);
  const edited = await imports.readEdited({ ...readHints(query, upload, upload), source: upload.bytes });
  return accepted(await imports.retry(id, { edited }));
}
