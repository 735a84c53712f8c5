using CsvHelper;

namespace PrefEval.Api.Raters;

/// <summary>Links as a table to hand out: UTF-8 with a byte order mark, for spreadsheets, in which no name is taken for a formula.</summary>
public static class InvitationCsv
{
    public const string MediaType = "text/csv";

    private static readonly CsvWriterOptions Options = new() { WriteByteOrderMark = true, Injection = CsvInjection.Escape };

    public static byte[] Write(IReadOnlyList<RaterInvitation> invitations)
    {
        using var bytes = new MemoryStream();
        using (var csv = CsvWriter.Create(bytes, Options, leaveOpen: true))
        {
            csv.WriteRecord("name", "external_id", "link");
            foreach (var rater in invitations) csv.WriteRecord(rater.Name, rater.ExternalId, rater.Link);
        }
        return bytes.ToArray();
    }
}
