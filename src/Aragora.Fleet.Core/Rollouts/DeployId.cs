using System.Globalization;
using System.Security.Cryptography;

namespace Aragora.Fleet.Rollouts;

/// <summary>Ids of runs: sortable by time, unique without asking anyone.</summary>
internal static class DeployId
{
    public static string New(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{time.GetUtcNow():yyyyMMdd'T'HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");
}
