-- ask.lua -- what wrk sends: one address, or that of a customer picked at random.
-- wrk ... -s ask.lua -- PATH FILE-WITH-CODES     PATH has {code} where the code goes
local codes = {}

function init(arguments)
    path = arguments[1]
    for line in io.lines(arguments[2]) do codes[#codes + 1] = line end
    math.randomseed(tonumber(tostring({}):match("0x(%x+)"), 16) % 100000)
end

function request()
    local code = codes[math.random(#codes)]
    return wrk.format("GET", (path:gsub("{code}", code)))
end

function done(summary, latency)
    local failed = summary.errors
    io.write(string.format("result %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99),
        failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
