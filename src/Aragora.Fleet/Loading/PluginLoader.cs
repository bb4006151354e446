using System.Reflection;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.PowerShell.Loading;

/// <summary>Creates the one type of an assembly that is found by name, on first use and in a private context.</summary>
/// <typeparam name="T">The port that the type implements.</typeparam>
internal sealed class PluginLoader<T>
    where T : class
{
    private readonly Lazy<T> _instance;
    private readonly string _path;
    private readonly string _typeName;
    private readonly FailureKind _failure;

    /// <param name="folder">Holds the assembly and all that it brings.</param>
    /// <param name="assemblyName">The assembly's simple name.</param>
    /// <param name="typeName">The type's full name; it has a constructor without parameters.</param>
    /// <param name="failure">What it is called when this fails.</param>
    public PluginLoader(string folder, string assemblyName, string typeName, FailureKind failure)
    {
        _path = Path.Combine(folder, assemblyName + ".dll");
        _typeName = typeName;
        _failure = failure;
        // PublicationOnly keeps no exception: a repaired installation works without a new session.
        _instance = new Lazy<T>(() => Load(folder, assemblyName), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The instance, loaded on first use.</summary>
    /// <exception cref="FleetException">The assembly or the type could not be loaded.</exception>
    public T Instance => _instance.Value;

    private T Load(string folder, string assemblyName)
    {
        try
        {
            var assembly = new FleetLoadContext(assemblyName, folder).LoadFromAssemblyPath(_path);
            var type = assembly.GetType(_typeName, throwOnError: true)!;
            return (T)Activator.CreateInstance(type)!;
        }
        catch (Exception cause) when (IsLoadFailure(cause))
        {
            var reason = (cause as TargetInvocationException)?.InnerException ?? cause;
            throw new FleetException(
                _failure,
                $"'{_typeName}' could not be loaded from '{_path}': {reason.Message}",
                "Install the module again; if it was just updated, start a new PowerShell session.",
                _path,
                cause);
        }
    }

    private static bool IsLoadFailure(Exception exception) => exception
        is IOException
        or BadImageFormatException
        or TypeLoadException
        or InvalidCastException
        or MissingMethodException
        or TargetInvocationException
        or ArgumentException;
}
