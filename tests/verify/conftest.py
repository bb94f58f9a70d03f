"""One line that tests/run adds up with those of all other tests."""


def pytest_terminal_summary(terminalreporter):
    def number(*outcomes):
        return sum(len(terminalreporter.stats.get(outcome, [])) for outcome in outcomes)

    passed, failed, left_out = number("passed"), number("failed", "error"), number("skipped")
    verdict = "FAILED" if failed else "ok"
    terminalreporter.write_line(f"test result: {verdict}. {passed} passed; {failed} failed; {left_out} ignored")
