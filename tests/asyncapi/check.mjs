// Is a document what AsyncAPI's own parser takes? Prints its problems and what it found as JSON.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";
import { AvroSchemaParser } from "@asyncapi/avro-schema-parser";

const parser = new Parser();
parser.registerSchemaParser(AvroSchemaParser());
const { document, diagnostics } = await parser.parse(await readFile(process.argv[2], "utf8"));
const problems = diagnostics.map((found) => ({
  severity: found.severity,
  code: found.code,
  message: found.message,
  path: found.path.join("."),
}));
const channels = document
  ? document.channels().all().map((channel) => ({
      address: channel.address(),
      messages: channel.messages().all().map((message) => ({
        name: message.name(),
        fields: Object.keys(message.payload()?.properties() ?? {}),
        headers: Object.keys(message.headers()?.properties() ?? {}),
      })),
    }))
  : [];
console.log(JSON.stringify({ problems, channels }));
