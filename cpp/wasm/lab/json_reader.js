// What json_reader.cpp asks of JavaScript.
addToLibrary({
  // undefined where the text is no JSON.
  heed_parse_json__deps: ["$Emval"],
  heed_parse_json: (text) => {
    try {
      return Emval.toHandle(JSON.parse(Emval.toValue(text)));
    } catch {
      return Emval.toHandle(undefined);
    }
  },

  // Of JSON, the first name that an object has twice, of which the parser keeps the last alone; undefined where there is none. A string
  // before a colon is a name.
  heed_repeated_name__deps: ["$Emval"],
  heed_repeated_name: (text) => {
    const objects = [];
    for (const [part, string, colon] of Emval.toValue(text).matchAll(/[{}]|("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g)) {
      if (part === "{") objects.push(new Set());
      else if (part === "}") objects.pop();
      else if (colon) {
        const name = JSON.parse(string);
        if (objects.at(-1).has(name)) return Emval.toHandle(name);
        objects.at(-1).add(name);
      }
    }
    return Emval.toHandle(undefined);
  },
});
