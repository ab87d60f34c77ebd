// The text editor of a page: CodeMirror over a textarea, which stays the field that is sent.
// It lives in a shadow root, so that its styles are adopted sheets and the policy of the site stays strict.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const page = StreamLanguage.define({
  name: "page",
  token(stream) {
    if (stream.sol()) {
      if (stream.match(/#{1,6}(\s.*)?$/)) return "heading";
      if (stream.match(/\s*>.*/)) return "quote";
      if (stream.match(/\s*[-*+] \[[ xX]\] !?/)) return "atom";
      if (stream.match(/\s*[-*+] [A-Za-z][^:]{0,39}:/)) return "keyword";
      if (stream.match(/\s*[-*+] Confirm$/)) return "keyword";
      if (stream.match(/\s*[-*+] /)) return "meta";
    }
    if (stream.match(/\{[^{}]*\}/)) return "variableName";
    if (stream.match(/"[^"]*"/)) return "string";
    if (stream.match(/\*\*[^*]+\*\*/)) return "strong";
    if (stream.match(/\[[^\]]*\]\([^)]*\)/)) return "link";
    if (stream.match(/\|/)) return "meta";
    stream.next();
    stream.eatWhile(/[^{"*[|]/);
    return null;
  },
});

const colours = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "700", fontFamily: "var(--serif)" },
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--amber)" },
  { tag: tags.string, color: "var(--done)" },
  { tag: tags.quote, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.atom, color: "var(--accent)" },
  { tag: tags.meta, color: "var(--soft)" },
  { tag: tags.link, color: "var(--accent)", textDecoration: "underline" },
  { tag: tags.strong, fontWeight: "700" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "14px", borderRadius: "10px", border: "1px solid var(--edge)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "460px" },
  ".cm-content": { caretColor: "var(--ink)", padding: "12px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--soft)", border: "0", borderRadius: "10px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "8px", font: "14px/1.5 var(--sans)", maxWidth: "420px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-diagnostic": { padding: "8px 12px" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--on-accent)", borderRadius: "6px", padding: "3px 10px", font: "600 13px var(--sans)" },
});

// What may stand here: keys at the start of an item, names after them, facts in braces.
const offered = (names) => (context) => {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const key = /^\s*[-*+] ([A-Za-z ]*)$/.exec(before);
  if (key) return { from: context.pos - key[1].length, options: names.keys.map((label) => ({ label: `${label}: `, displayLabel: label, type: "keyword" })) };
  const fact = /\{([^{}]*)$/.exec(before);
  if (fact) return { from: context.pos - fact[1].length, options: names.facts.map((label) => ({ label: `${label}}`, displayLabel: label, type: "variable" })) };
  const value = /^\s*[-*+] [A-Za-z ]+: (?:.*, )?([^,]*)$/.exec(before);
  if (value && (value[1] || context.explicit)) return { from: context.pos - value[1].length, options: names.addressees.map((label) => ({ label, type: "text" })), validFor: /^[^,]*$/ };
  return null;
};

const placed = (doc, fault, take) => {
  const line = doc.line(Math.min(Math.max(1, fault.line), doc.lines));
  const from = Math.min(line.to, line.from + Math.max(0, fault.column - 1));
  const came = fault.came && doc.sliceString(from, from + fault.came.length).toLowerCase() === fault.came.toLowerCase();
  const to = came ? from + fault.came.length : line.to;
  const actions = came && fault.suggestion ? [{ name: `Write “${fault.suggestion}”`, apply: (view, start, end) => take(view, start, end, fault.suggestion) }] : [];
  return { from, to, severity: fault.severity, message: fault.text, source: fault.code, actions };
};

// Put an editor in front of a textarea; it says what was typed by the textarea's own input event.
export const edit = (textarea, { names, label }) => {
  const host = document.createElement("div");
  host.className = "texteditor";
  textarea.before(host);
  const root = host.attachShadow({ mode: "open" });
  const take = (view, from, to, insert) => view.dispatch({ changes: { from, to, insert } });
  let silent = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), EditorView.lineWrapping, lintGutter(),
        page, syntaxHighlighting(colours), look, autocompletion({ override: [offered(names)] }),
        keymap.of([...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "true" }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          textarea.value = update.state.doc.toString();
          if (!silent) textarea.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    }),
  });
  textarea.hidden = true;
  return {
    view,
    show: (faults) => view.dispatch(setDiagnostics(view.state, faults.map((fault) => placed(view.state.doc, fault, take)))),
    replace: (text) => {
      silent = true;
      const head = Math.min(view.state.selection.main.head, text.length);
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: head } });
      silent = false;
    },
    goTo: (line, column) => {
      const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      view.dispatch({ selection: { anchor: Math.min(at.to, at.from + Math.max(0, column - 1)) }, scrollIntoView: true });
      view.focus();
    },
  };
};
