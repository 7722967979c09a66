using System.Text.Json;

namespace Gateway.Translation.Chat;

/// <summary>One entry of <c>tool_calls</c>: a piece of a call, or a whole one.</summary>
internal struct CallPiece
{
    /// <summary>Of the older <c>function_call</c>, which has no place in the list.</summary>
    public const int LegacyIndex = -1;

    /// <summary>Its quotes.</summary>
    private const int EmptyText = 2;

    /// <summary>The upstream's position of the call, when it gave one.</summary>
    public int? Index;

    /// <summary>Escaped characters, as is the name.</summary>
    public Slice Id;
    public Slice Name;

    /// <summary>As the upstream wrote them: a string with its quotes, or JSON.</summary>
    public Slice Arguments;

    /// <summary>The input of a free-text tool, with its quotes.</summary>
    public Slice CustomInput;

    /// <summary>It names a free-text tool.</summary>
    public bool IsCustom;

    /// <summary>What Gemini wants back with the call.</summary>
    public Slice VendorData;

    /// <summary>Nothing that could be a call.</summary>
    public readonly bool IsEmpty => Id.IsEmpty && Name.IsEmpty && Arguments.IsEmpty && CustomInput.IsEmpty;

    /// <summary>It adds to a call; texts of no length do not.</summary>
    public readonly bool IsNews => !Id.IsEmpty || !Name.IsEmpty || Arguments.Length > EmptyText || CustomInput.Length > EmptyText;

    /// <summary>Takes the object that the reader stands on.</summary>
    public void Read(ref ChatJson reader)
    {
        while (reader.NextMember())
        {
            if (reader.NameIs("index"u8))
            {
                Index = reader.Number();
            }
            else if (reader.NameIs("id"u8))
            {
                Id = NotBlank(reader.Text(), reader.Json);
            }
            else if (reader.NameIs("function"u8))
            {
                ReadFunction(ref reader);
            }
            else if (reader.NameIs("custom"u8))
            {
                ReadFunction(ref reader);
                IsCustom = Arguments.IsEmpty;
            }
            else if (reader.NameIs("extra_content"u8))
            {
                VendorData = reader.Value(JsonTokenType.StartObject);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>Takes the object that comes: a name, and arguments or input.</summary>
    public void ReadFunction(ref ChatJson reader)
    {
        if (!reader.EnterObject())
        {
            return;
        }

        Name = Arguments = CustomInput = default;
        while (reader.NextMember())
        {
            if (reader.NameIs("name"u8))
            {
                Name = NotBlank(reader.Text(), reader.Json);
            }
            else if (reader.NameIs("arguments"u8))
            {
                Arguments = reader.Value();
            }
            else if (reader.NameIs("input"u8))
            {
                CustomInput = reader.Value();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static Slice NotBlank(Slice text, ReadOnlySpan<byte> json) => text.Of(json).Trim(" "u8).IsEmpty ? default : text;
}
