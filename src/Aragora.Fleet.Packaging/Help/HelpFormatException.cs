namespace Aragora.Fleet.Packaging.Help;

/// <summary>A page that is not of the schema.</summary>
public sealed class HelpFormatException : Exception
{
    /// <summary>Without a text.</summary>
    public HelpFormatException()
    {
    }

    /// <summary>With what is wrong and where.</summary>
    public HelpFormatException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong and where, and its cause.</summary>
    public HelpFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
