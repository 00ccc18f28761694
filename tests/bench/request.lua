-- What wrk sends. Environment: CASE, FOLDER (of the seed), BASE path.
local case, folder = os.getenv("CASE"), os.getenv("FOLDER")

local function lines(name)
  local all = {}
  for line in io.lines(folder .. "/" .. name) do all[#all + 1] = line end
  return all
end

local tokens = lines("tokens")
local organization = lines("organization")[1]
local base = "/api/v1/organizations"
local next_person = 0
local json = { ["Content-Type"] = "application/json" }

local function authorized(token, more)
  local headers = { ["Authorization"] = "Bearer " .. token }
  for name, value in pairs(more or {}) do headers[name] = value end
  return headers
end

-- Requests are made once and sent in turn: wrk must not be the bottleneck.
local prepared, turn = {}, 0

local function prepare(method, path, body)
  for _, token in ipairs(tokens) do
    prepared[#prepared + 1] = wrk.format(method, path, authorized(token, body and json), body)
  end
end

function init()
  if case == "floor" then
    prepared = { wrk.format("GET", "/") }
  elseif case == "health" then
    prepared = { wrk.format("GET", "/healthz") }
  elseif case == "check" then
    prepare("POST", base .. "/" .. organization .. "/check", '{"permission":"member.add"}')
  elseif case == "check spread" then
    for _, line in ipairs(lines("spread")) do
      local token, org = line:match("(%S+) (%S+)")
      prepared[#prepared + 1] =
        wrk.format("POST", base .. "/" .. org .. "/check", authorized(token, json), '{"permission":"member.add"}')
    end
  elseif case == "my membership" then
    prepare("GET", base .. "/me/member")
  elseif case == "my organizations" then
    prepare("GET", base)
  elseif case == "50 of 200 members" then
    prepare("GET", base .. "/" .. organization .. "/members?limit=50")
  elseif case == "check in a workspace" then
    local many = lines("many")[1]
    for _, line in ipairs(lines("readers")) do
      local token, workspace = line:match("(%S+) (%S+)")
      local body = '{"permission":"workspace.read","workspace_id":"' .. workspace .. '"}'
      prepared[#prepared + 1] = wrk.format("POST", base .. "/" .. many .. "/check", authorized(token, json), body)
    end
  elseif case == "50 of 100 workspaces" or case == "50 of 10,000 workspaces, 100 to read" then
    local where = lines(case == "50 of 100 workspaces" and "few" or "many")[1]
    for _, line in ipairs(lines("readers")) do
      local path = base .. "/" .. where .. "/workspaces?limit=50"
      prepared[#prepared + 1] = wrk.format("GET", path, authorized(line:match("%S+")))
    end
  elseif case == "create organization" then
    prepare("POST", base, '{"name":"Bench"}')
  elseif case == "add member" then
    local people = lines("people")
    for i, person in ipairs(people) do
      local token = tokens[i % #tokens + 1]
      local body = '{"user_id":"' .. person .. '"}'
      prepared[i] = wrk.format("POST", base .. "/" .. organization .. "/members", authorized(token, json), body)
    end
  end
end

function request()
  turn = turn % #prepared + 1
  return prepared[turn]
end

-- One line for the table: requests a second, p50 and p99 in milliseconds, refusals.
function done(summary, latency, _)
  local seconds = summary.duration / 1e6
  io.write(string.format("RESULT %.0f %.2f %.2f %d\n", summary.requests / seconds, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
