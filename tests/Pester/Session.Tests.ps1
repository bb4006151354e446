# The packed module at work in pwsh, on virtual hosts, which every operating system has: views, and sessions that nobody watches.
param([Parameter(Mandatory)] [string] $Manifest)

BeforeDiscovery {
    $live = $IsLinux -and (Get-Command unshare -ErrorAction Ignore)
}

BeforeAll {
    function Invoke-Script([string] $Text, [string] $InputText, [string[]] $Option = '-NonInteractive') {
        $file = Join-Path $TestDrive 'job.ps1'
        Set-Content $file "Import-Module '$Manifest'`n$Text"
        $output = $InputText | pwsh -NoProfile @Option -File $file 2>&1 | Out-String
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Output = $output }
    }

    # What differs from run to run is masked, and rows come in the order in which the hosts answer.
    function ConvertTo-Steady([string] $Text) {
        $Text = $Text -replace "`e\[[0-9;]*m" -replace "`r" -replace '127\.0\.0\.1:\d+', '127.0.0.1:#####'
        $Text = [regex]::Replace($Text, '\b[0-9a-f]{9}\b|\b[0-9a-f]{40}\b', { '#' * $args[0].Length })
        $lines = @($Text.Trim("`n").Split("`n").TrimEnd())
        $ruler = [array]::FindIndex([string[]]$lines, [Predicate[string]] { $args[0].StartsWith('---') })
        if ($ruler -ge 0 -and $ruler + 1 -lt $lines.Count) {
            $rows = [string[]]$lines[($ruler + 1)..($lines.Count - 1)]
            [array]::Sort($rows, [StringComparer]::Ordinal)
            $lines = $lines[0..$ruler] + $rows
        }

        ($lines -join "`n") + "`n"
    }

    Import-Module $Manifest -Force
}

AfterAll {
    Disconnect-AragoraFleet
    Remove-Module Aragora.Fleet
}

Describe 'Views on live hosts' -Skip:(-not $live) {
    BeforeAll { $null = Connect-AragoraFleet -Sandbox }

    It '<Name> is as it was agreed' -ForEach @(
        @{ Name = 'Connection'; Text = { Get-AragoraFleet } }
        @{ Name = 'Instance'; Text = { Get-AragoraInstance } }
        @{ Name = 'Health'; Text = { Get-AragoraInstance | Test-AragoraHealth } }
        @{ Name = 'Version'; Text = { Get-AragoraFleetVersion } }
        @{ Name = 'Command'; Text = { Invoke-AragoraCommand -Name aragora-api-2 -Script 'echo hello' -Confirm:$false } }
        @{ Name = 'Deploy'; Text = { Invoke-AragoraDeploy -Ref v2.8.0 -Name aragora-api-2 -Confirm:$false } }
    ) {
        $golden = Get-Content (Join-Path $PSScriptRoot "../golden/$Name.txt") -Raw
        ConvertTo-Steady (& $Text | Out-String -Width 120) | Should -BeExactly ($golden -replace "`r")
    }
}

Describe 'Reads on virtual hosts' {
    BeforeAll { $null = Connect-AragoraFleet -Sandbox -VirtualHost 4 }

    It 'list, check and compare the fleet' {
        @(Get-AragoraInstance).Count | Should -Be 4
        @(Test-AragoraHealth).Count | Should -Be 4
        @(Get-AragoraFleetVersion).Count | Should -Be 4
    }

    It 'select the first and end' {
        @(Get-AragoraFleetVersion | Select-Object -First 1).Count | Should -Be 1
    }

    It 'give objects that other tools read' {
        $read = Get-AragoraInstance | ConvertTo-Json -EnumsAsStrings -AsArray | ConvertFrom-Json
        $read.Count | Should -Be 4
        $read[0].State | Should -Be 'Running'
    }
}

Describe 'A session that nobody watches' {
    It 'does not end with success when a confirmation cannot be asked' {
        $result = Invoke-Script '$ErrorActionPreference = "Stop"
            $null = Connect-AragoraFleet -Sandbox -VirtualHost 2
            Invoke-AragoraDeploy -Ref v2.9.0 -All'
        $result.ExitCode | Should -Not -Be 0
        $result.Output | Should -Match 'Confirm:\$false'
    }

    It 'does not end with success when the answer on standard input is no' {
        $result = Invoke-Script '$ErrorActionPreference = "Stop"
            $ErrorView = "NormalView"
            $null = Connect-AragoraFleet -Sandbox -VirtualHost 2
            Invoke-AragoraDeploy -Ref v2.9.0 -All' -InputText 'n' -Option @()
        $result.ExitCode | Should -Not -Be 0
        $result.Output | Should -Match 'ConfirmationDeclined'
    }

    It 'is told the error id' {
        $result = Invoke-Script 'try { Get-AragoraInstance }
            catch [Aragora.Fleet.Failures.FleetException] { "$($_.Exception.Kind)"; exit 3 }'
        $result.ExitCode | Should -Be 3
        $result.Output.Trim() | Should -Be 'NotConnected'
    }
}
