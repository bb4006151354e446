#!/usr/bin/env pwsh
#Requires -Version 7.4
<#
.SYNOPSIS
Builds, tests and packages Aragora.Fleet.

.DESCRIPTION
Build    fills bin/ and en-US/ beside the manifest.
Test     runs all .NET tests, then the Pester suite on the package where Pester is installed.
Package  lays the module out in out/Aragora.Fleet/<version> and packs it for the PowerShell Gallery.
Clean    removes everything that the other tasks made.

Without pwsh the same is done by: dotnet build; dotnet test; dotnet build src/Aragora.Fleet -t:Package -c Release

.EXAMPLE
./build.ps1 Build, Test, Package
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Package', 'Clean')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

function Invoke-PesterSuite {
    # The packed module in a process of its own: a module that this session has loaded cannot be replaced.
    if (-not (Get-Module -ListAvailable -Name Pester | Where-Object Version -ge '5.5')) {
        Write-Warning 'Pester 5.5 or later is not installed: the suite in tests/Pester is skipped.'
        return
    }

    pwsh -NoProfile -NonInteractive -File tests/Pester/Invoke-Suite.ps1
}

Push-Location $PSScriptRoot
try {
    foreach ($name in $Task) {
        Write-Host "== $name"
        switch ($name) {
            'Build' { dotnet build -c $Configuration }
            'Package' { dotnet build src/Aragora.Fleet -t:Package -c $Configuration }
            'Test' {
                dotnet test -c $Configuration
                dotnet build src/Aragora.Fleet -t:Package -c $Configuration
                Invoke-PesterSuite
            }
            'Clean' {
                foreach ($folder in 'artifacts', 'bin', 'en-US', 'out') {
                    if (Test-Path $folder) { Remove-Item $folder -Recurse -Force }
                }
            }
        }
    }
}
finally {
    Pop-Location
}
