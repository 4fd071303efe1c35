using System.Reflection;
using Xunit.v3;

namespace TextVae.Tests;

/// <summary>No test waits for ever: whatever it waits for, it ends all tests, and says which one hung, after this time.</summary>
/// <remarks>Waits for other threads and processes have shorter limits of their own, which fail that test alone.</remarks>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class TimeLimitAttribute(int minutes) : BeforeAfterTestAttribute
{
    private Timer? _timer;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) =>
        _timer = new Timer(_ => Environment.FailFast($"{test.TestDisplayName} still runs after {minutes} minutes"), null, TimeSpan.FromMinutes(minutes), Timeout.InfiniteTimeSpan);

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => _timer?.Dispose();
}
