namespace Aragora.Fleet;

/// <summary>What every result of the module says of the host it is about, so that any result pipes into any cmdlet.</summary>
public interface IHostIdentity
{
    /// <summary>The EC2 instance id.</summary>
    string InstanceId { get; }

    /// <summary>The tag <c>Name</c>; the id where there is none.</summary>
    string Name { get; }

    /// <summary>The tag <c>Environment</c>; empty where there is none.</summary>
    string Environment { get; }

    /// <summary>The AWS region that holds the instance.</summary>
    string Region { get; }
}
