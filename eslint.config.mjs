// The rules of Odoo's own tooling (addons/web/tooling/_eslintrc.json), with nothing to import:
// the linters are installed outside of the repository.
const readonly = (names) => Object.fromEntries(names.split(" ").map((name) => [name, "readonly"]));

const browser = [
    "AbortController Blob CSS CustomEvent DOMParser DOMRect Element Event EventTarget File",
    "FileReader FormData HTMLElement IntersectionObserver KeyboardEvent MouseEvent",
    "MutationObserver Node PointerEvent ResizeObserver SVGElement URL URLSearchParams",
    "XMLSerializer alert cancelAnimationFrame clearInterval clearTimeout confirm console",
    "devicePixelRatio document fetch getComputedStyle getSelection history localStorage location",
    "matchMedia navigator performance queueMicrotask requestAnimationFrame sessionStorage",
    "setInterval setTimeout structuredClone window",
].join(" ");

export default [
    {
        files: ["**/*.js", "**/*.mjs"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: readonly(`${browser} odoo luxon Chart globalThis`),
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            "no-undef": "error",
            "no-restricted-globals": ["error", "event", "self"],
            "no-const-assign": "error",
            "no-debugger": "error",
            "no-dupe-class-members": "error",
            "no-dupe-keys": "error",
            "no-dupe-args": "error",
            "no-dupe-else-if": "error",
            "no-duplicate-case": "error",
            "no-unsafe-negation": "error",
            "no-unreachable": "error",
            "no-fallthrough": "error",
            "no-empty": "error",
            "no-redeclare": "error",
            "no-self-assign": "error",
            "no-cond-assign": "error",
            "no-constant-condition": "error",
            "no-duplicate-imports": "error",
            "constructor-super": "error",
            "getter-return": "error",
            "valid-typeof": "error",
            "no-unused-vars": [
                "error",
                { vars: "all", args: "none", ignoreRestSiblings: false, caughtErrors: "all" },
            ],
            curly: ["error", "all"],
            complexity: ["error", 10],
            "no-restricted-syntax": ["error", "PrivateIdentifier"],
            "prefer-const": ["error", { destructuring: "all", ignoreReadBeforeAssign: true }],
            "arrow-body-style": ["error", "as-needed"],
        },
    },
];
