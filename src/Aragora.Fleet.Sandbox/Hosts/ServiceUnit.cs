namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>The application's unit, as the host's layout has it.</summary>
internal static class ServiceUnit
{
    public static string Of(HostPlan plan) => plan.Instance.Layout.IsPackage ? OfPackage(plan) : OfCheckout(plan);

    private static int SocketPort(HostPlan plan) => plan.HttpPort + 685;

    private static string OfCheckout(HostPlan plan) =>
        $"""
        [Unit]
        Description={plan.Instance.Layout.Service}
        After=network.target

        [Service]
        Type=simple
        User={plan.User}
        Group={plan.User}
        WorkingDirectory={plan.AppDirectory}
        EnvironmentFile=-{plan.AppDirectory}/.env
        ExecStart={plan.AppDirectory}/venv/bin/python -m aragora.server --host {plan.BindAddress} --http-port {plan.HttpPort} --port {SocketPort(plan)} --nomic-dir {plan.AppDirectory}/.nomic
        Restart=always
        RestartSec=5
        StartLimitIntervalSec=300
        StartLimitBurst=5

        [Install]
        WantedBy=multi-user.target

        """;

    private static string OfPackage(HostPlan plan) =>
        $"""
        [Unit]
        Description={plan.Instance.Layout.Service}
        After=network-online.target
        Wants=network-online.target

        [Service]
        Type=simple
        User={plan.User}
        Group={plan.User}
        WorkingDirectory={plan.AppDirectory}
        EnvironmentFile=-{plan.Inside.Prefix}/etc/aragora/env
        ExecStart={plan.AppDirectory}/venv/bin/aragora serve --api-port {plan.HttpPort} --ws-port {SocketPort(plan)} --host 127.0.0.1
        Restart=always
        RestartSec=5
        StandardOutput=journal
        StandardError=journal
        SyslogIdentifier=aragora
        NoNewPrivileges=true
        ProtectSystem=strict
        ReadWritePaths={plan.Inside.Prefix}/var/log/aragora {plan.AppDirectory}

        [Install]
        WantedBy=multi-user.target

        """;
}
