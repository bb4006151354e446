# The packed module in pwsh: import, exports, help, completion, and a session that holds another AWSSDK.Core.
param([Parameter(Mandatory)] [string] $Manifest)

BeforeDiscovery {
    $exported = (Import-PowerShellDataFile $Manifest).CmdletsToExport | ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    function Invoke-Fresh([string] $Text, [string[]] $Argument) {
        # A process of its own, as a user's is: what it prints, and the code it ends with.
        $text = "`$ErrorActionPreference = 'Stop'; Import-Module '$Manifest'; $Text"
        $output = pwsh -NoProfile -NonInteractive @Argument -Command $text 2>&1 | Out-String
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Output = $output.Trim() }
    }

    Import-Module $Manifest -Force
}

AfterAll { Remove-Module Aragora.Fleet }

Describe 'Import' {
    It 'writes nothing and leaves no error' {
        $fresh = Invoke-Fresh '$Error.Count'
        $fresh.ExitCode | Should -Be 0
        $fresh.Output | Should -Be '0'
    }

    It 'loads no AWS assembly before one is needed' {
        $names = "[AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -match '^AWSSDK' -join ','"
        (Invoke-Fresh $names).Output | Should -BeNullOrEmpty
    }

    It 'resolves the types of the domain at once' {
        (Invoke-Fresh '[Aragora.Fleet.Verdict]::Healthy').Output | Should -Be 'Healthy'
    }

    It 'passes Test-ModuleManifest with all that the Gallery asks for' {
        $module = Test-ModuleManifest $Manifest
        $module.LicenseUri, $module.ProjectUri, $module.IconUri, $module.ReleaseNotes | Should -Not -BeNullOrEmpty
        $module.Tags | Should -Contain 'PSEdition_Core'
    }
}

Describe 'Exports' {
    It 'are exactly those of the manifest' {
        $wanted = (Import-PowerShellDataFile $Manifest).CmdletsToExport | Sort-Object
        (Get-Command -Module Aragora.Fleet).Name | Sort-Object | Should -Be $wanted
    }

    It '<Name> has an approved verb' -ForEach $exported {
        (Get-Verb).Verb | Should -Contain $Name.Split('-')[0]
    }

    It '<Name> has help with examples, and a text for each parameter' -ForEach $exported {
        $help = Get-Help $Name -Full
        $help.Synopsis | Should -Not -BeLike "*$Name *"
        @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        foreach ($parameter in @($help.parameters.parameter)) {
            if ($parameter) { $parameter.description.Text | Should -Not -BeNullOrEmpty -Because $parameter.name }
        }
    }
}

Describe 'About topics' {
    It '<_> is found' -ForEach 'about_Aragora.Fleet', 'about_Aragora.Fleet_Errors' {
        Get-Help $_ | Out-String | Should -BeLike "TOPIC*$_*"
    }
}

Describe 'Completion' {
    It 'offers regions without a connection' {
        $line = 'Connect-AragoraFleet -Region us-e'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'us-east-2'
    }

    It 'offers the parameters' {
        $line = 'Invoke-AragoraDeploy -Onf'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be '-OnFailure'
    }
}

Describe 'Isolation' {
    It 'lives beside another AWSSDK.Core that the session loaded first' {
        # An assembly of that name and an impossible version, as an old AWS.Tools would have loaded it.
        $foreign = Join-Path $TestDrive 'AWSSDK.Core.dll'
        $project = Join-Path $TestDrive 'foreign'
        New-Item $project -ItemType Directory | Out-Null
        Set-Content (Join-Path $project 'foreign.csproj') @'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework><AssemblyName>AWSSDK.Core</AssemblyName><Version>3.3.0</Version></PropertyGroup>
</Project>
'@
        Set-Content (Join-Path $project 'Marker.cs') 'namespace Amazon { public static class Marker { public const string Text = "foreign"; } }'
        dotnet build $project -o (Join-Path $project 'out') --nologo -v q | Out-Null
        Copy-Item (Join-Path $project 'out/AWSSDK.Core.dll') $foreign

        $fresh = Invoke-Fresh "Add-Type -Path '$foreign'; `$null = Connect-AragoraFleet -Sandbox -VirtualHost 2
            (Get-AragoraInstance).Count; [Amazon.Marker]::Text; Disconnect-AragoraFleet"
        $fresh.Output -split '\r?\n' | Should -Be '2', 'foreign'
        $fresh.ExitCode | Should -Be 0
    }
}
