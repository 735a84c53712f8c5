using System.Text;

namespace PrefEval.Api.Reports.Tables;

/// <summary>Printed tables as LaTeX (booktabs) and as Markdown, with the paragraph on methods behind them.</summary>
internal static class PrintedText
{
    public static string Latex(Report report)
    {
        var text = new StringBuilder("% Needs \\usepackage{booktabs}; names in Chinese need XeLaTeX or LuaLaTeX with ctex.\n");
        foreach (var table in PrintedTable.Of(report))
        {
            text.Append("\\begin{table}\n\\centering\\footnotesize\n\\caption{").Append(Escaped(table.Caption)).Append("}\n\\begin{tabular}{")
                .Append(string.Concat(table.Columns.Select(c => c.IsNumber ? 'r' : 'l'))).Append("}\n\\toprule\n");
            Line(table.Columns.Select(c => c.Header));
            text.Append("\\midrule\n");
            foreach (var row in table.Rows) Line(row);
            text.Append("\\bottomrule\n\\end{tabular}\n\\end{table}\n\n");
        }
        return text.Append("\\paragraph{Methods.} ").Append(Escaped(report.Methods.En)).Append('\n').ToString();

        void Line(IEnumerable<string> cells) => text.AppendJoin(" & ", cells.Select(Escaped)).Append(" \\\\\n");
    }

    public static string Markdown(Report report)
    {
        var text = new StringBuilder();
        foreach (var table in PrintedTable.Of(report))
        {
            text.Append(Inline(table.Caption)).Append("\n\n");
            Line(table.Columns.Select(c => Inline(c.Header)));
            Line(table.Columns.Select(c => c.IsNumber ? "---:" : "---"));
            foreach (var row in table.Rows) Line(row.Select(Inline));
            text.Append('\n');
        }
        return text.Append(Inline(report.Methods.En)).Append('\n').ToString();

        void Line(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    /// <summary>Names come from files: nothing in them may act.</summary>
    private static string Escaped(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            safe.Append(c switch
            {
                '\\' => "\\textbackslash{}",
                '~' => "\\textasciitilde{}",
                '^' => "\\textasciicircum{}",
                '<' => "\\textless{}",
                '>' => "\\textgreater{}",
                '−' => "$-$",
                '—' => "---",
                '{' or '}' or '$' or '&' or '#' or '%' or '_' => "\\" + c,
                '\n' or '\r' or '\t' => " ",
                '[' => "{[}", // behind a line's \\ it would be read as a length
                ']' => "{]}",
                _ => c.ToString(),
            });
        }
        return safe.ToString();
    }

    private static string Inline(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '\n' or '\r' or '\t') safe.Append(' ');
            else if ("\\`*_{}<>#|[]!~".Contains(c)) safe.Append('\\').Append(c);
            else safe.Append(c);
        }
        return safe.ToString();
    }
}
