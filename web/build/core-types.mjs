import * as coreWords from "../../cpp/wasm/type_docs.mjs";

/**
 * Emscripten's declarations with names for the arguments' types, and with words, those of heed-core by default. Throws where
 * something has no words, or words no place.
 */
export function documented(declarations, { argumentNames, docs, typeNames } = coreWords) {
  const withTypes = Object.entries(typeNames).reduce(
    (text, [name, literal]) => nameType(text, name, literal),
    declarations,
  );
  const named = Object.entries(argumentNames).reduce(nameArgument, withTypes);
  const used = new Set();
  const say = (name, indent) => {
    if (!docs[name]) throw new Error(`type_docs.mjs says nothing of ${name}`);
    used.add(name);
    return `${indent}/** ${docs[name]} */\n`;
  };
  let type = "";
  const lines = named.split("\n").map((line) => {
    const [, begun] = /^export (?:type|interface) (\w+)/.exec(line) ?? [];
    if (begun === "MainModule") return line;
    if (begun) type = begun;
    const [, indent, member] = /^( +)(?:readonly )?(\w+)\??[:(]/.exec(line) ?? [];
    const name = begun ?? (member && type && `${type}.${member}`);
    if (line.startsWith("}")) type = "";
    return name ? say(name, indent ?? "") + line : line;
  });
  const unused = Object.keys(docs).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`type_docs.mjs speaks of ${unused.join(", ")}, which the binding has not`);
  return lines.join("\n");
}

/** The object type that stands in an argument's place becomes an interface, wherever it stands. */
function nameArgument(text, [name, [method, index]]) {
  const [, list] = new RegExp(`^ +${method}\\((.*)\\): .*;$`, "m").exec(text) ?? [];
  const argument = list && splitAt(list, ",")[index];
  const literal = argument?.slice(argument.indexOf(":") + 1).trim();
  if (!literal?.startsWith("{")) throw new Error(`argument ${index} of ${method} is ${literal}, not an object type`);
  return nameType(text, name, literal);
}

function nameType(text, name, literal) {
  const members = splitAt(literal.slice(1, -1), ";").map((member) => `  ${member.trim()};`);
  return `${text.replaceAll(literal, name)}\nexport interface ${name} {\n${members.join("\n")}\n}\n`;
}

/** Splits where no bracket is open. */
function splitAt(text, separator) {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if ("{[(<".includes(character)) depth++;
    if ("}])>".includes(character)) depth--;
    if (character === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part.trim() !== "");
}
